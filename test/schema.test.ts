import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Column } from "../src/db/columns.ts";
import type { Engine } from "../src/db/engine.ts";
import { migrations } from "../src/db/migrations.ts";
import { allTables, coreTables, notificationTables, signInTables, supportingTables } from "../src/db/schema.ts";
import { ddl, type Table } from "../src/db/table.ts";
import { tenantTables } from "../src/db/tenant-tables.ts";
import { isUniqueViolation } from "../src/db/unique-violation.ts";
import { type Catalogue, type CatalogueTable, differences, readCatalogue } from "../src/deploy/catalogue.ts";
import { openTarget, type Target } from "../src/deploy/target.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "./databases.ts";

type Value = string | number | null;
type Values = Record<string, Value>;

const tables: readonly Table[] = allTables;
const namesOf = (list: readonly Table[]) => list.map(({ name }) => name);
const core = namesOf(coreTables);
/** The audit log outlives its company; the others hold no more than tokens and hashes, and run out in hours or days. */
const outlives = ["audit_log", "auth_verifications", "auth_failures"];
/** Asked before it is known of which company somebody is. */
const signIn = namesOf(signInTables).sort();
const beginsWith = (columns: readonly string[], start: readonly string[]) =>
  start.every((column, index) => columns[index] === column);

it("numbers every migration once, in ascending order", () => {
  const ids = migrations.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort());
  expect(ids.filter((id) => !/^\d{4}_\w+$/.test(id))).toEqual([]);
});

describe.each(enginesInUse())("the schema (%s)", (engine) => {
  let scratch: ScratchDatabase;
  let target: Target;
  let live: Catalogue;

  beforeAll(async () => {
    scratch = await scratchDatabase(engine, "migrated");
    target = await openTarget(scratch.url);
    live = await readCatalogue(target);
  });
  afterAll(async () => {
    await target?.close();
    await scratch?.remove();
  });

  /** One line for each thing of the live tables that is not as promised. */
  function wrongIn(names: readonly string[], check: (table: CatalogueTable, name: string) => string[]): string[] {
    return names.flatMap((name) => {
      const table = live.tables[name];
      return table ? check(table, name).map((what) => `${name}: ${what}`) : [`${name}: absent`];
    });
  }

  it("is after all migrations what the definition in code says", async () => {
    const empty = await scratchDatabase(engine, "empty");
    const other = await openTarget(empty.url);
    const steps = tables.map((table) => ddl(table, engine));
    for (const { up } of [...steps.flatMap((step) => step.tables), ...steps.flatMap((step) => step.foreignKeys)]) {
      await other.query(up.replace(/\{(\w+)\.(\w+)\}/g, (_, table, column) => typeOf(table, column)));
    }
    const defined = await readCatalogue(other);
    await other.close();
    await empty.remove();
    expect(differences(defined, live)).toEqual([]);
  });

  it("is read in full, with nothing that a server did not answer", () => {
    expect(JSON.stringify(live)).not.toContain("undefined");
    expect(live.tables.companies?.columns.id?.extra).toBe(engine === "sqlite" ? "primary key 1" : "auto_increment");
  });

  it("ties every row to its company by a column that is never null, a cascading foreign key and an index", () => {
    const owned = Object.keys(live.tables).filter((name) => live.tables[name]?.columns.company_id);
    const unowned = Object.keys(live.tables).filter((name) => !owned.includes(name));
    expect(unowned.sort()).toEqual([...signIn, "branch_service", "companies", "service_staff"]);
    const wrong = wrongIn(owned, ({ columns, foreignKeys, indexes }) => {
      const key = Object.values(foreignKeys).find(
        ({ parent, columns }) => parent === "companies" && columns.length === 1,
      );
      return [
        columns.company_id?.nullable && "company_id may be null",
        (key?.columns[0] !== "company_id" || key.onDelete !== "CASCADE") && "no cascading foreign key to companies",
        !Object.values(indexes).some((index) => index.columns[0] === "company_id") && "no index leads with company_id",
      ].filter((line) => typeof line === "string");
    });
    // The audit log outlives the company whose changes it holds.
    expect(wrong.sort()).toEqual(["audit_log: no cascading foreign key to companies", "users: company_id may be null"]);
  });

  it("begins every unique key with the company, save the hash of an API key", () => {
    const wrong = wrongIn([...core, ...namesOf(supportingTables), ...namesOf(notificationTables)], (table) =>
      uniqueKeysOf(table)
        .filter((columns) => columns[0] !== "company_id")
        .map(String),
    );
    expect(wrong).toEqual(["api_keys: key_hash"]);
  });

  it("has no index that is the beginning of another one", () => {
    const wrong = wrongIn(namesOf(tables), ({ indexes }) =>
      Object.entries(indexes).flatMap(([name, { columns }]) =>
        Object.entries(indexes)
          .filter(([other, longer]) => other !== name && beginsWith(longer.columns, columns))
          .map(([other]) => `${name} begins ${other}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it("has an index that begins with each foreign key's columns", () => {
    const wrong = wrongIn(namesOf(tables), ({ foreignKeys, indexes }) =>
      Object.entries(foreignKeys)
        .filter(([, key]) => !Object.values(indexes).some(({ columns }) => beginsWith(columns, key.columns)))
        .map(([name]) => name),
    );
    expect(wrong).toEqual([]);
  });

  it("gives the six tables 18 foreign keys, 12 that cascade and 6 that set null, and 32 indexes or more", () => {
    const six = core.map((name) => live.tables[name] as CatalogueTable);
    const rules = six.flatMap(({ foreignKeys }) => Object.values(foreignKeys).map(({ onDelete }) => onDelete));
    const count = (rule: string) => rules.filter((found) => found === rule).length;
    expect([six.length, rules.length, count("CASCADE"), count("SET NULL")]).toEqual([6, 18, 12, 6]);
    const rowidKeys = engine === "sqlite" ? six.length : 0;
    expect(six.flatMap(({ indexes }) => Object.keys(indexes)).length + rowidKeys).toBeGreaterThanOrEqual(32);
  });

  it("is guarded table by table, with no upsert where a unique key is not one company's own", () => {
    expect([...Object.keys(tenantTables), ...signIn].sort()).toEqual(Object.keys(live.tables).sort());
    const wrong = wrongIn(Object.keys(tenantTables), (table, name) => {
      const mark = tenantTables[name];
      if (mark === undefined || mark === "global") return [`is ${mark}`];
      const foreign = uniqueKeysOf(table).filter((columns) => columns[0] !== "company_id");
      return [
        ...(table.columns[mark.column] ? [] : [`${mark.column} is not a column`]),
        ...(mark.noUpsert ? [] : foreign.map((columns) => `an upsert could hit another company's ${columns}`)),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it("keeps the names of indexes and constraints to 64 characters, as the servers ask", () => {
    const wrong = wrongIn(namesOf(tables), ({ indexes, foreignKeys, checks }) =>
      Object.keys({ ...indexes, ...foreignKeys, ...checks }).filter((name) => name.length > 64),
    );
    expect(wrong).toEqual([]);
  });

  it("takes the values of each enum in code and no other", async () => {
    const enums = tables.flatMap((table) =>
      Object.entries(table.columns).flatMap(([column, { values }]) => (values ? [{ table, column, values }] : [])),
    );
    expect(enums.length).toBeGreaterThan(20);
    await target.query(engine === "sqlite" ? "pragma foreign_keys = off" : "set foreign_key_checks = 0");
    const wrong: string[] = [];
    for (const { table, column, values } of enums) {
      for (const value of [...values, "nonsense", "", String(values[0]).toUpperCase()]) {
        const taken = await undone(() => insert(table, { ...ofNobody(table), [column]: value }));
        if (taken !== values.includes(value)) wrong.push(`${table.name}.${column} '${value}': ${taken}`);
      }
    }
    await target.query(engine === "sqlite" ? "pragma foreign_keys = on" : "set foreign_key_checks = 1");
    expect(wrong).toEqual([]);
  });

  it("has one live policy for each company, target and type, beside any number of deleted ones", async () => {
    const company_id = await aCompany();
    const policy = { company_id, configurable_type: "service", configurable_id: "9", policy_type: "cancellation" };
    const create = (values: Values = {}) => insert(tableOf("policy_configurations"), { ...policy, ...values });
    const remove = (id: Value) =>
      target.query("update policy_configurations set deleted_at = created_at where id = ?", [id]);
    const first = await create();
    await expect(create()).rejects.toSatisfy(isUniqueViolation);
    await remove(first);
    const second = await create();
    await expect(create()).rejects.toSatisfy(isUniqueViolation);
    await remove(second);
    await create();
    await create({ policy_type: "reschedule" });
    await create({ configurable_id: "99" });
    await create({ company_id: await aCompany() });
    const rows = await target.query("select live from policy_configurations where company_id = ?", [company_id]);
    expect(rows.map(({ live }) => live).sort()).toEqual([1, 1, 1, null, null]);
  });

  it("tells codes apart by their letters' case", async () => {
    const target = { company_id: await aCompany(), configurable_id: "1", channel: "email" };
    const create = (event_type: string) => insert(tableOf("notification_configurations"), { ...target, event_type });
    await create("x");
    await create("X");
    await expect(create("x")).rejects.toSatisfy(isUniqueViolation);
  });

  it("loses every row of a company with the company, and no other's", async () => {
    const [gone, kept] = [await oneOfEverything(), await oneOfEverything()];
    await target.query("delete from companies where id = ?", [gone.companies as Value]);
    for (const { name } of tables) {
      const rows = await target.query(`select id from ${name} where id in (?, ?)`, [
        gone[name] as Value,
        kept[name] as Value,
      ]);
      expect(rows, name).toEqual([...(outlives.includes(name) ? [{ id: gone[name] }] : []), { id: kept[name] }]);
    }
    for (const name of core) {
      expect(await target.query(`select id from ${name} where company_id = ?`, [gone.companies as Value])).toEqual([]);
    }
  });

  it("refuses an escalation of another company's callback", async () => {
    const [mine, other] = [await oneOfEverything(), await oneOfEverything()];
    const escalation = { company_id: mine.companies as Value, callback_request_id: other.callback_requests as Value };
    await expect(insert(tableOf("callback_escalations"), escalation)).rejects.toThrow(/foreign key constraint/i);
  });

  function typeOf(table: string, column: string): string {
    const type = live.tables[table]?.columns[column]?.type;
    if (type === undefined) throw new Error(`There is no column ${table}.${column}.`);
    return type;
  }

  async function undone(work: () => Promise<unknown>): Promise<boolean> {
    await target.query("begin");
    try {
      await work();
      return true;
    } catch {
      return false;
    } finally {
      await target.query("rollback");
    }
  }

  async function aCompany(): Promise<Value> {
    return insert(tableOf("companies"), {});
  }

  /** A row in each table, all of one new company, each pointing at the others wherever it can; and a policy's chain. */
  async function oneOfEverything(): Promise<Values> {
    const ids: Values = {};
    for (const table of tables) {
      const parents = table.foreignKeys.map(({ columns, parent }) => [columns.at(-1) ?? "", ids[parent] ?? null]);
      const ofCompany = table.columns.company_id ? { company_id: ids.companies ?? null } : {};
      ids[table.name] = await insert(table, { ...ofCompany, ...Object.fromEntries(parents), ...distinct(table) });
    }
    const chain = { company_id: ids.companies ?? null, configurable_id: "below" };
    await insert(tableOf("policy_configurations"), { ...chain, overrides_id: ids.policy_configurations ?? null });
    return ids;
  }

  /** Inserts the values with what else the table must have; `id` is the next one, or a uuid. */
  async function insert(table: Table, values: Values): Promise<Value> {
    const [last] = await target.query<{ id: number | null }>(`select max(id) as id from ${table.name}`);
    const id = table.columns.id?.primary === "key" ? randomUUID() : Number(last?.id ?? 0) + 1;
    const needed = Object.entries(table.columns).filter(
      ([, column]) => !column.nullable && !column.defaultSql && !column.generated && !column.primary,
    );
    const made = Object.fromEntries(
      needed.filter(([name]) => !(name in values)).map(([name, column]) => [name, someValue(column, engine)]),
    );
    const row: Values = { id, ...made, ...values };
    await target.query(
      `insert into ${table.name} (${Object.keys(row).join(", ")}) values (${Object.keys(row).map(() => "?")})`,
      Object.values(row),
    );
    return id;
  }
});

function tableOf(name: string): Table {
  const table = tables.find((table) => table.name === name);
  if (!table) throw new Error(`There is no table ${name}.`);
  return table;
}

/** Without the primary key. */
function uniqueKeysOf({ indexes }: CatalogueTable): (readonly string[])[] {
  return Object.values(indexes).flatMap(({ unique, columns }) => (unique && String(columns) !== "id" ? [columns] : []));
}

/** Keys that point nowhere, for a connection that does not look. */
function ofNobody(table: Table): Values {
  return Object.fromEntries(table.foreignKeys.flatMap(({ columns }) => columns.map((column) => [column, 1])));
}

/** What is unique over all companies. */
function distinct({ columns }: Table): Values {
  return Object.fromEntries(
    ["email", "key_hash", "token", "subject"].filter((name) => columns[name]).map((name) => [name, randomUUID()]),
  );
}

function someValue({ values, sqlType }: Column, engine: Engine): Value {
  const type = sqlType(engine).toLowerCase();
  if (values) return values[0] ?? null;
  if (type.startsWith("datetime")) return engine === "sqlite" ? "2026-03-02T09:00:00.000Z" : "2026-03-02 09:00:00.000";
  if (type === "json") return "{}";
  return /char|text/.test(type) ? "x" : 1;
}
