import {
  type Compilable,
  DummyDriver,
  expressionBuilder,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from "kysely";
import { describe, expect, test } from "vitest";
import { TenantGuardError, tenantGuard } from "./tenant-guard.ts";
import { guarded, type Queries, type Tables, tables } from "./tenant-guard-fixture.ts";
import { rawFragments } from "./tenant-guard-fragments.ts";

const db: Queries = guarded(
  new Kysely({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (of) => new SqliteIntrospector(of),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
);

/** For what the row types would not let through, as a query that was cast would be. */
const loose = db as unknown as Kysely<Record<string, Record<string, unknown>>>;
const note = { customer_id: 1, slug: "a", body: "ours" };

/** What is refused → how someone would write it, and a word of the message. */
const refused: Record<string, [() => Compilable<unknown>, RegExp]> = {
  "an unknown table": [() => loose.selectFrom("invoices").selectAll(), /unknown table invoices/],
  "a table in other letters": [() => loose.selectFrom("Notes").selectAll(), /unknown table Notes/],
  "a table named like a property of every object": [() => loose.selectFrom("constructor").selectAll(), /unknown table/],
  "an unknown table in a subquery": [
    () => loose.selectFrom("notes").select((eb) => eb.selectFrom("invoices").select("id").as("id")),
    /unknown table invoices/,
  ],
  "a schema in front of a table": [() => loose.selectFrom("other.notes").selectAll(), /schema in other.notes/],
  "a schema in front of a column": [() => loose.selectFrom("notes").select("other.notes.id"), /schema in other.notes/],
  withSchema: [() => db.withSchema("other").selectFrom("notes").selectAll(), /schema in other.notes/],
  "a common table expression with a table's name": [
    () =>
      loose
        .with("customers", (cte) => cte.selectFrom("notes").selectAll())
        .selectFrom("customers")
        .selectAll(),
    /table's name/,
  ],
  "one with a table's name in other letters": [
    () =>
      loose
        .with("Customers", (cte) => cte.selectFrom("notes").selectAll())
        .selectFrom("Customers")
        .selectAll(),
    /table's name/,
  ],
  "a common table expression that reads a real table of its name": [
    () =>
      loose
        .with("invoices", (cte) => cte.selectFrom("invoices").selectAll())
        .selectFrom("invoices")
        .selectAll(),
    /unknown table invoices/,
  ],
  "a common table expression outside of its query": [
    () =>
      loose
        .selectFrom((eb) =>
          loose
            .with("mine", () => eb.selectFrom("notes").selectAll())
            .selectFrom("mine")
            .selectAll()
            .as("m"),
        )
        .innerJoin("mine", (join) => join.onTrue())
        .selectAll(),
    /unknown table mine/,
  ],
  "a common table expression that writes": [
    () =>
      db
        .with("gone", (cte) => cte.deleteFrom("notes").returning("id"))
        .selectFrom("gone")
        .selectAll(),
    /DeleteQueryNode in this place/,
  ],
  "a right join": [
    () => db.selectFrom("notes as n").rightJoin("customers as c", "c.id", "n.customer_id").selectAll(),
    /RightJoin/,
  ],
  "a full join": [
    () => db.selectFrom("notes as n").fullJoin("customers as c", "c.id", "n.customer_id").selectAll(),
    /FullJoin/,
  ],
  "a table as a value": [
    () => db.selectFrom("words").select((eb) => eb.fn.toJson("words").as("x")),
    /TableNode in this/,
  ],
  "sql.table": [() => db.selectFrom("words").select(sql`${sql.table("customers")}`.as("x")), /TableNode in this/],
  "a table's alias in raw SQL": [
    () => db.selectFrom(expressionBuilder<Tables, "notes">().table("notes").as<"n">(sql`n`)).selectAll(),
    /alias in raw SQL/,
  ],

  "raw SQL": [() => db.selectFrom("notes").select(sql`upper(body)`.as("body")), /raw SQL `upper\(body\)`/],
  "a raw subquery": [
    () => db.selectFrom("words").select(sql`(select name from customers)`.as("x")),
    /raw SQL `\(select name from customers\)`/,
  ],
  "a raw way out of the parentheses": [
    () => db.selectFrom("notes").selectAll().where(sql<boolean>`1 = 1) or (1 = 1`),
    /raw SQL/,
  ],
  "raw SQL inside an allowed fragment": [
    () => db.selectFrom("notes").select(sql`length(${sql.raw("(select 1)")})`.as("x")),
    /raw SQL `\(select 1\)`/,
  ],
  "an allowed fragment in other words": [() => db.selectFrom("notes").select(sql`length (${1})`.as("x")), /raw SQL/],
  "raw SQL in FROM": [() => db.selectFrom(sql<{ id: number }>`customers`.as("c")).selectAll(), /neither a table nor/],
  "an identifier in FROM": [
    () => db.selectFrom(sql<object>`${sql.id("customers")}`.as("c")).selectAll(),
    /neither a table/,
  ],
  "a raw join": [
    () => db.selectFrom("words").innerJoin(sql<{ id: number }>`customers`.as("c"), "c.id", "words.id").selectAll(),
    /neither a table nor/,
  ],
  "raw SQL at the end": [() => db.selectFrom("notes").selectAll().modifyEnd(sql`union select 1`), /raw SQL/],
  "raw SQL at the front": [() => db.selectFrom("notes").selectAll().modifyFront(sql`* from customers --`), /raw SQL/],
  "a raw order": [() => db.selectFrom("notes").selectAll().orderBy(sql`(select 1)`), /raw SQL/],
  "a raw common table expression": [
    () =>
      db
        .with("x", () => sql<{ id: number }>`(select id from customers)`)
        .selectFrom("x")
        .selectAll(),
    /raw SQL/,
  ],
  "SQL in a function's name": [
    () => db.selectFrom("words").select((eb) => eb.fn("(select 1) + abs", [eb.val(1)]).as("x")),
    /function name/,
  ],
  "SQL in an aggregate's name": [
    () => db.selectFrom("words").select((eb) => eb.fn.agg("(select 1) + max", ["id"]).as("x")),
    /function name/,
  ],

  "a value for the company": [
    () => db.insertInto("notes").values({ ...note, company_id: 2 }),
    /value for notes.company_id/,
  ],
  "a value for the company, in other letters": [
    () => loose.insertInto("notes").values({ ...note, COMPANY_ID: 2 }),
    /value for notes.company_id/,
  ],
  "an insert without columns": [
    () => db.insertInto("notes").expression((eb) => eb.selectFrom("notes").selectAll()),
    /does not name its columns/,
  ],
  "default values": [() => db.insertInto("notes").defaultValues(), /does not name its columns/],
  "an insert from raw SQL": [
    () => db.insertInto("notes").columns(["customer_id"]).expression(sql`select id from customers`),
    /raw SQL/,
  ],
  "a new company": [() => db.insertInto("companies").values({ id: 3, name: "new" }), /insert into companies/],
  "an insert into a table reached via another": [
    () => db.insertInto("service_staff").values({ id: 3, service_id: 2, name: "new" }),
    /insert into service_staff/,
  ],
  "a write to a global table": [() => db.insertInto("words").values({ id: 3, name: "new" }), /global table words/],
  "an update of a global table": [() => db.updateTable("words").set({ name: "new" }), /global table words/],
  "a delete in a global table": [() => db.deleteFrom("words"), /global table words/],
  "a global table among those to update": [
    () => db.updateTable(["notes", "words"]).set({ name: "new" }),
    /global table words/,
  ],
  replace: [() => db.replaceInto("notes").values(note), /replace rows of notes/],
  "insert or replace": [() => db.insertInto("notes").orReplace().values(note), /replace rows of notes/],
  "insert or rollback": [() => db.insertInto("notes").orRollback().values(note), /replace rows of notes/],
  merge: [
    () => db.mergeInto("notes").using("customers", "customers.id", "notes.customer_id").whenMatched().thenDelete(),
    /MergeQueryNode as a statement/,
  ],

  "an upsert where a key does not begin with the company": [
    () => db.insertInto("customers").values({ email: "a", name: "a" }).onDuplicateKeyUpdate({ name: "a" }),
    /upsert on customers/,
  ],
  "skipping conflicts there": [
    () =>
      db
        .insertInto("customers")
        .values({ email: "a", name: "a" })
        .onConflict((conflict) => conflict.doNothing()),
    /upsert on customers/,
  ],
  "skipping duplicates there": [
    () => db.insertInto("customers").ignore().values({ email: "a", name: "a" }),
    /upsert on customers/,
  ],
  "an upsert with the primary key": [
    () =>
      db
        .insertInto("notes")
        .values({ ...note, id: 2 })
        .onDuplicateKeyUpdate({ body: "ours" }),
    /names id/,
  ],
  "an upsert with the primary key by SQLite's other name": [
    () =>
      loose
        .insertInto("notes")
        .values({ ...note, rowid: 2 })
        .onConflict((conflict) => conflict.doUpdateSet({ body: "" })),
    /names id/,
  ],
  "an upsert on the primary key": [
    () =>
      db
        .insertInto("notes")
        .values(note)
        .onConflict((conflict) => conflict.column("id").doUpdateSet({ body: "" })),
    /names id/,
  ],
  "an upsert that sets the company": [
    () => db.insertInto("notes").values(note).onDuplicateKeyUpdate({ company_id: 2 }),
    /set company_id/,
  ],
  "a conflict that sets the company": [
    () =>
      db
        .insertInto("notes")
        .values(note)
        .onConflict((conflict) => conflict.column("slug").doUpdateSet({ company_id: 2 })),
    /set company_id/,
  ],

  "setting the company": [() => db.updateTable("notes").set({ company_id: 2 }), /set company_id/],
  "setting the company, in other letters": [() => loose.updateTable("notes").set({ Company_Id: 2 }), /set company_id/],
  "setting the company through an alias": [() => db.updateTable("notes as n").set("n.company_id", 2), /set company_id/],
  "setting the company in one of several tables": [
    () => db.updateTable(["notes as n", "customers as c"]).set("c.company_id", 2),
    /set company_id/,
  ],
  "setting the company's own id": [() => db.updateTable("companies").set({ id: 2 }), /set id/],
  "setting it by SQLite's other name": [() => loose.updateTable("companies").set({ _rowid_: 2 }), /set id/],
  "moving a row to another company's service": [
    () => db.updateTable("service_staff").set({ service_id: 2 }),
    /set service_id/,
  ],
  "setting raw SQL": [() => db.updateTable("notes").set(sql`company_id`, 2), /not a column/],
  "an update of a subquery": [
    () => db.updateTable((eb) => eb.selectFrom("notes").selectAll().as("n")).set({ body: "" }),
    /not a table/,
  ],

  "creating a table": [
    () => db.schema.createTable("invoices").addColumn("id", "integer"),
    /CreateTableNode as a statement/,
  ],
  "dropping a table": [() => db.schema.dropTable("notes"), /DropTableNode as a statement/],
  "a view": [
    () => db.schema.createView("all_notes").as(db.selectFrom("notes").selectAll()),
    /CreateViewNode as a statement/,
  ],
};

describe("the tenant guard refuses", () => {
  for (const [title, [query, message]] of Object.entries(refused)) {
    test(title, () => {
      expect(() => query().compile()).toThrow(TenantGuardError);
      expect(() => query().compile()).toThrow(message);
    });
  }

  test("a raw statement", async () => {
    await expect(sql`delete from notes`.execute(db)).rejects.toThrow(/RawNode as a statement/);
  });

  test("explain", async () => {
    await expect(db.selectFrom("notes").selectAll().explain()).rejects.toThrow(/ExplainNode/);
  });

  test("to work without a company", () => {
    for (const companyId of [undefined, null, Number.NaN, 0, -1, 1.5, "1"]) {
      expect(() => tenantGuard(tables, companyId as number)).toThrow(TenantGuardError);
    }
  });
});

describe("a raw fragment", () => {
  test.each([
    "utc_timestamp(3)",
    "json_extract(?, ?)",
    "extract(hour from ?)",
    "date_add(?, interval ? day)",
    "? is not distinct from ?",
    "values(?)",
    "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
  ])("may be an expression: %s", (text) => {
    expect(rawFragments({ name: text })).toEqual(new Set([text]));
  });

  test.each([
    "1 = 1) or (1 = 1",
    "(?",
    "exists (select 1)",
    "exists (TABLE customers)",
    "? -- the rest",
    "? /* the rest",
    "-",
    "?; delete",
    "`customers`",
    '"customers"',
    "'open",
    "'a\\' ?",
    "? into ?",
    "? # the rest",
  ])("is refused as soon as it is listed: %s", (text) => {
    expect(() => rawFragments({ name: text })).toThrow(TypeError);
  });
});
