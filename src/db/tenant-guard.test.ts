import { sql } from "kysely";
import { expect, test } from "vitest";
import { tenantGuard } from "./tenant-guard.ts";
import { guarded, onEveryEngine, type Queries, tables } from "./tenant-guard-fixture.ts";

type Read = (db: Queries) => { execute(): Promise<unknown[]> };

/** Each answers with something of ours, and without the guard with something of theirs. */
const reads: Record<string, Read> = {
  "a select": (db) => db.selectFrom("notes").selectAll(),
  "the company itself": (db) => db.selectFrom("companies").selectAll(),
  "a table reached via another": (db) => db.selectFrom("service_staff").selectAll(),
  "a table reached via another, under that one's name": (db) => db.selectFrom("service_staff as services").selectAll(),
  "an alias": (db) => db.selectFrom("notes as n").select("n.body"),
  "an alias that is another table's name": (db) => db.selectFrom("notes as words").selectAll(),
  "an OR": (db) =>
    db
      .selectFrom("notes")
      .selectAll()
      .where((eb) => eb.or([eb("slug", "=", "a"), eb("id", ">", 0)])),
  "an OR in raw SQL": (db) =>
    db
      .selectFrom("notes")
      .selectAll()
      .where((eb) => sql<boolean>`${eb("slug", "=", "a")} or ${eb("id", ">", 0)}`),
  "a negation": (db) =>
    db
      .selectFrom("notes")
      .selectAll()
      .where((eb) => eb.not(eb("slug", "=", "none"))),
  "several tables in FROM": (db) => db.selectFrom(["notes as n", "customers as c"]).select(["n.body", "c.name"]),
  "an inner join": (db) =>
    db.selectFrom("notes as n").innerJoin("customers as c", "c.id", "n.customer_id").select(["n.body", "c.name"]),
  "an inner join on an OR": (db) =>
    db
      .selectFrom("words as w")
      .innerJoin("notes as n", (join) => join.on((eb) => eb.or([eb("n.id", ">", 0), eb("n.id", "=", 0)])))
      .select("n.body"),
  "a left join": (db) => db.selectFrom("words as w").leftJoin("customers as c", "c.id", "c.id").select("c.name"),
  "a left join on true": (db) =>
    db
      .selectFrom("words as w")
      .leftJoin("customers as c", (join) => join.onTrue())
      .select("c.name"),
  "a cross join": (db) => db.selectFrom("notes as n").crossJoin("customers as c").select(["n.body", "c.name"]),
  "a join of a table reached via another": (db) =>
    db
      .selectFrom("words")
      .leftJoin("service_staff as s", (join) => join.onTrue())
      .select("s.name"),
  "a subquery in SELECT": (db) =>
    db
      .selectFrom("words as w")
      .select((eb) => eb.selectFrom("customers as c").select("c.name").orderBy("c.id", "desc").limit(1).as("name")),
  "a subquery in WHERE": (db) =>
    db
      .selectFrom("words as w")
      .select("w.name")
      .where("w.name", "in", (eb) => eb.selectFrom("customers").select("name")),
  "a subquery in FROM": (db) => db.selectFrom((eb) => eb.selectFrom("notes").selectAll().as("n")).selectAll(),
  "a subquery in a join": (db) =>
    db
      .selectFrom("words as w")
      .innerJoin(
        (eb) => eb.selectFrom("notes").selectAll().as("n"),
        (join) => join.onTrue(),
      )
      .select("n.body"),
  "a subquery in ORDER BY, HAVING and a function": (db) =>
    db
      .selectFrom("notes as n")
      .select((eb) => [
        "n.body",
        eb.fn
          .coalesce(eb.selectFrom("customers").select("name").orderBy("id", "desc").limit(1), eb.val("none"))
          .as("name"),
      ])
      .groupBy(["n.body", "n.id"])
      .having((eb) => eb.exists(eb.selectFrom("services").select("id")))
      .orderBy((eb) => eb.selectFrom("customers").select("name").where("id", "=", 1)),
  "a subquery built from the handle itself": (db) =>
    db.selectFrom("notes").selectAll().where("customer_id", "in", db.selectFrom("customers").select("id")),
  "a subquery in raw SQL": (db) =>
    db
      .selectFrom("words")
      .select((eb) => [
        sql.lit("ours").as("who"),
        sql`${eb.selectFrom("customers").select("name").orderBy("id", "desc").limit(1)}`.as("name"),
      ]),
  EXISTS: (db) =>
    db
      .selectFrom("words as w")
      .select("w.name")
      .where((eb) => eb.exists(eb.selectFrom("notes as n").select("n.id").whereRef("n.body", "=", "w.name"))),
  "a common table expression": (db) =>
    db
      .with("mine", (cte) => cte.selectFrom("notes").selectAll())
      .selectFrom("mine")
      .selectAll(),
  "a common table expression of another one": (db) =>
    db
      .with("mine", (cte) => cte.selectFrom("notes").selectAll())
      .with("again(body, name)", (cte) =>
        cte
          .selectFrom("mine")
          .innerJoin("customers as c", (join) => join.onTrue())
          .select(["mine.body", "c.name"]),
      )
      .selectFrom("again")
      .selectAll(),
  "a recursive common table expression": (db) =>
    db
      .withRecursive("chain(id, body)", (cte) =>
        cte
          .selectFrom("notes")
          .select(["id", "body"])
          .where("slug", "=", "a")
          .unionAll((eb) =>
            eb
              .selectFrom("notes as n")
              .innerJoin("chain", (join) => join.on((on) => on("n.id", ">", on.ref("chain.id"))))
              .select(["n.id", "n.body"]),
          ),
      )
      .selectFrom("chain")
      .selectAll(),
  "a union": (db) => {
    const names = db.selectFrom("customers").select("name");
    return names.union((eb) => eb.selectFrom("services").select("name").where("id", ">", 0)).unionAll(names);
  },
  "a union in a subquery": (db) =>
    db
      .selectFrom((eb) =>
        eb.selectFrom("customers").select("name").unionAll(eb.selectFrom("service_staff").select("name")).as("u"),
      )
      .selectAll(),
  "a window and an aggregate": (db) =>
    db
      .selectFrom("notes")
      .select((eb) => [
        "body",
        eb.fn
          .max("body")
          .over((over) => over.partitionBy("slug").orderBy("id"))
          .as("first"),
      ])
      .orderBy("body", "desc"),
  "a case and a tuple": (db) =>
    db
      .selectFrom("notes")
      .select((eb) => eb.case().when("id", ">", 0).then(eb.ref("body")).else("none").end().as("body"))
      .where((eb) => eb(eb.refTuple("slug", "id"), "in", [eb.tuple("a", 1), eb.tuple("a", 2)])),
  "an allowed raw fragment": (db) =>
    db.selectFrom("notes").select(["body", sql<number>`length(${sql.ref("body")})`.as("length")]),
};

onEveryEngine("the tenant guard, reading", (db, engine) => {
  for (const [title, read] of Object.entries(reads)) {
    test(`${title} shows only what is ours`, async () => {
      expect(JSON.stringify(await read(db()).execute())).toContain("theirs");
      expectOnlyOurs(await read(guarded(db())).execute());
    });
  }

  test("counts and sums cover only our rows", async () => {
    const count = guarded(db())
      .selectFrom("notes")
      .select((eb) => [eb.fn.countAll<number>().as("all"), eb.fn.sum<number>("id").as("sum")]);
    expect(await count.executeTakeFirstOrThrow()).toEqual({ all: 2, sum: 12 });
  });

  test("a left join keeps its rows where the other company has the only match", async () => {
    await db().deleteFrom("notes").where("company_id", "=", 1).execute();
    const rows = await guarded(db())
      .selectFrom("customers as c")
      .leftJoin("notes as n", "n.slug", "n.slug")
      .select(["c.name", "n.body"])
      .execute();
    expect(rows).toEqual([{ name: "ours", body: null }]);
  });

  test("another company's id answers as one that does not exist", async () => {
    expect(await guarded(db()).selectFrom("notes").selectAll().where("id", "=", 2).execute()).toEqual([]);
  });

  test("the other company sees its own, in and outside of a transaction", async () => {
    const theirs = db().withPlugin(tenantGuard(tables, 2));
    expect(await theirs.selectFrom("customers").select("name").execute()).toEqual([{ name: "theirs" }]);
    await guarded(db())
      .transaction()
      .execute(async (tx) => expectOnlyOurs(await tx.selectFrom("notes").selectAll().execute()));
  });

  // Neither MariaDB 10.11 nor SQLite knows LATERAL.
  test.runIf(engine === "mysql")("lateral joins show only what is ours", async () => {
    const lateral = guarded(db())
      .selectFrom("customers as c")
      .innerJoinLateral(
        (eb) => eb.selectFrom("notes").select("body").as("n"),
        (join) => join.onTrue(),
      )
      .leftJoinLateral(
        (eb) => eb.selectFrom("services as s").select("s.name").as("s"),
        (join) => join.onTrue(),
      )
      .select(["n.body", "s.name"]);
    expectOnlyOurs(await lateral.execute());
  });

  test.skipIf(engine === "sqlite")("locking reads lock, and show only what is ours", async () => {
    await guarded(db())
      .transaction()
      .execute(async (tx) => {
        const notes = tx.selectFrom("notes").selectAll();
        expectOnlyOurs(await notes.forUpdate().execute());
        expectOnlyOurs(await notes.forUpdate().skipLocked().execute());
        expectOnlyOurs(await notes.forUpdate().noWait().execute());
        if (engine === "mysql") expectOnlyOurs(await notes.forUpdate("notes").execute());
        if (engine === "mysql") expectOnlyOurs(await notes.forShare().execute());
      });
  });
});

function expectOnlyOurs(rows: unknown[]): void {
  const text = JSON.stringify(rows);
  expect(text).toContain("ours");
  expect(text).not.toContain("theirs");
}
