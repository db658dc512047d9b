import type { CompiledQuery, Insertable, Kysely, QueryResult } from "kysely";
import type { Tenant } from "../tenant.ts";
import { type Db, type TenantQueries, type Tx, unguarded } from "./connect.ts";
import { fragments } from "./dialect.ts";
import type { Engine } from "./engine.ts";
import type { Schema } from "./schema.ts";
import { assertCompanyId, companyPlaceholder, TenantGuardError, tenantGuard } from "./tenant-guard.ts";
import { tenantTables } from "./tenant-tables.ts";

/**
 * Queries that are built, guarded and compiled once, and from then on only sent with their values: building one costs
 * more than all else that this process does for it.
 */

/** Of a query builder of Kysely's. */
interface Compilable<R> {
  compile(): CompiledQuery<R>;
}

type Values = Readonly<Record<string, unknown>>;

export interface Prepared<V, R> {
  /** Sends it for the tenant. */
  run(db: Db, tenant: Tenant, values: V): Promise<QueryResult<R>>;
  /** Sends it, for its first row. */
  first(db: Db, tenant: Tenant, values: V): Promise<R | undefined>;
}

/**
 * A query of one company. While it is built, placeholders stand where values will: the builder must put each of them into
 * the query as it is, and not look at it. What depends on a value otherwise (a list, a condition that is there or not) is
 * another query. A caller's reach is no value: narrow queries are built as ever.
 */
export function prepared<V extends Values, R>(
  build: (queries: TenantQueries, values: V, engine: Engine) => Compilable<R>,
): Prepared<V, R> {
  const kept = new Map<Engine, Fillable<R>>();
  const queryFor = (db: Db, { companyId }: Tenant, values: V): CompiledQuery<R> => {
    // A platform's own columns are written in its own way, value by value.
    if (db.host !== null) return build(db.of({ companyId }), values, db.engine).compile();
    let query = kept.get(db.engine);
    if (query === undefined) {
      query = compiled((placeholders) => {
        const queries = db[unguarded].withPlugin(tenantGuard(tenantTables, companyPlaceholder, fragments));
        return build(queries, placeholders as V, db.engine);
      });
      if (!query.slots.some(({ isCompany }) => isCompany)) {
        throw new TenantGuardError(`The prepared query \`${query.query.sql}\` names no table of a company.`);
      }
      kept.set(db.engine, query);
    }
    return filled(query, values, companyId);
  };
  return {
    run: (db, tenant, values) => db[unguarded].executeQuery(queryFor(db, tenant, values)),
    first: async (db, tenant, values) => (await db[unguarded].executeQuery(queryFor(db, tenant, values))).rows[0],
  };
}

const inserts = new Map<string, Prepared<Values, unknown>>();

/** Inserts one row of plain values. @returns its id, for a table that counts its rows */
export async function insertRow<T extends keyof Schema>(
  tx: Tx,
  tenant: Tenant,
  table: T,
  row: Insertable<Schema[T]>,
): Promise<number> {
  const columns = Object.keys(row);
  const key = `${table} ${columns.join()}`;
  let insert = inserts.get(key);
  if (insert === undefined) {
    const ofRow = (values: Values) => Object.fromEntries(columns.map((column) => [column, values[column]]));
    insert = prepared((queries, values) => queries.insertInto(table).values(ofRow(values) as never));
    inserts.set(key, insert);
  }
  const { insertId } = await insert.run(tx, tenant, row);
  return Number(insertId);
}

/** The same over all companies, with no guard: see `acrossCompanies`. */
export function preparedAcrossCompanies<V extends Values, R>(
  build: (queries: Kysely<Schema>, values: V) => Compilable<R>,
): (db: Db, values: V) => Promise<R[]> {
  const kept = new Map<Engine, Fillable<R>>();
  return async (db, values) => {
    const queries = db[unguarded];
    if (db.host !== null) return (await queries.executeQuery(build(queries, values).compile())).rows;
    const query = kept.get(db.engine) ?? compiled((placeholders) => build(queries, placeholders as V));
    kept.set(db.engine, query);
    return (await queries.executeQuery(filled(query, values, null))).rows;
  };
}

/** Symbols: no driver takes one, so that a placeholder which is left in by mistake is an error and no value. */
const placeholders = new Map<string, symbol>();

const placeholderOf = new Proxy({} as Values, {
  get(_, name) {
    if (typeof name === "symbol") return undefined;
    let placeholder = placeholders.get(name);
    if (placeholder === undefined) {
      placeholder = Symbol(name);
      placeholders.set(name, placeholder);
    }
    return placeholder;
  },
});

/** A compiled query, and what stands for each of its parameters. */
interface Fillable<R> {
  readonly query: CompiledQuery<R>;
  readonly slots: readonly Slot[];
}

interface Slot {
  readonly isCompany: boolean;
  /** Of the value to be filled in; null for one that is the same each time. */
  readonly name: string | null;
  readonly constant: unknown;
}

function compiled<R>(build: (placeholders: Values) => Compilable<R>): Fillable<R> {
  const query = build(placeholderOf).compile();
  if (/\bin \?/.test(query.sql)) throw new TypeError(`A list is no value of a prepared query: \`${query.sql}\`.`);
  const slots = query.parameters.map((parameter) => {
    const isCompany = parameter === companyPlaceholder;
    const isNamed = typeof parameter === "symbol" && !isCompany;
    return { isCompany, name: isNamed ? (parameter.description ?? "") : null, constant: parameter };
  });
  return { query, slots };
}

function filled<R>({ query, slots }: Fillable<R>, values: Values, companyId: number | null): CompiledQuery<R> {
  if (companyId !== null) assertCompanyId(companyId);
  const parameters = slots.map(({ isCompany, name, constant }) => {
    if (isCompany) return companyId;
    if (name === null) return constant;
    if (!Object.hasOwn(values, name)) throw new TypeError(`The prepared query lacks a value for ${name}.`);
    return values[name];
  });
  return { ...query, parameters };
}
