import { expect, test } from "vitest";
import type { Engine } from "./engine.ts";
import { guarded, onEveryEngine, type Queries } from "./tenant-guard-fixture.ts";

interface Write {
  readonly run: (db: Queries) => { execute(): Promise<unknown> };
  /** The engines that can parse it, if not all. */
  readonly on?: readonly Engine[];
}

const note = { customer_id: 1, body: "ours" };

/** Each changes something of ours. */
const writes: Record<string, Write> = {
  "an insert": { run: (db) => db.insertInto("notes").values({ ...note, slug: "new" }) },
  "an insert of several rows": {
    run: (db) => db.insertInto("notes").values(["x", "y", "z"].map((slug) => ({ ...note, slug }))),
  },
  "an insert of the other company's slug": {
    run: (db) => db.insertInto("notes").values({ ...note, slug: "theirs b" }),
  },
  "an insert with a subquery among its values": {
    run: (db) =>
      db.insertInto("notes").values(({ selectFrom }) => ({
        customer_id: selectFrom("customers").select("id").orderBy("id", "desc").limit(1),
        body: selectFrom("services").select("name").orderBy("id", "desc").limit(1),
        slug: "new",
      })),
  },
  "an insert from a select": {
    run: (db) =>
      db
        .insertInto("notes")
        .columns(["customer_id", "slug", "body"])
        .expression((eb) => eb.selectFrom("customers").select(["id", "email", "name"])),
  },
  "an insert from a union": {
    run: (db) =>
      db
        .insertInto("notes")
        .columns(["customer_id", "slug", "body"])
        .expression((eb) =>
          eb
            .selectFrom("customers")
            .select(["id", "email as slug", "name"])
            .unionAll((or) => or.selectFrom("services").select(["id", or.val("service").as("slug"), "name"]))
            .unionAll((or) => or.selectFrom("service_staff").select(["id", or.val("staff").as("slug"), "name"])),
        ),
  },
  "an insert from a common table expression": {
    run: (db) =>
      db
        .insertInto("notes")
        .columns(["customer_id", "slug", "body"])
        .expression(
          db
            .with("mine", (cte) => cte.selectFrom("customers").selectAll())
            .selectFrom("mine")
            .select(["id", "email", "name"]),
        ),
  },
  "an insert that skips conflicts": {
    run: (db) =>
      db
        .insertInto("notes")
        .orIgnore()
        .values([
          { ...note, slug: "a" },
          { ...note, slug: "c" },
        ]),
    on: ["sqlite"],
  },
  "an insert that skips duplicates": {
    run: (db) =>
      db
        .insertInto("notes")
        .ignore()
        .values([
          { ...note, slug: "a" },
          { ...note, slug: "c" },
        ]),
    on: ["mariadb", "mysql"],
  },
  "an upsert by on conflict": {
    run: (db) =>
      db
        .insertInto("notes")
        .values(["a", "theirs b"].map((slug) => ({ ...note, slug, body: "ours, again" })))
        .onConflict((conflict) =>
          conflict.columns(["company_id", "slug"]).doUpdateSet((eb) => ({ body: eb.ref("excluded.body") })),
        ),
    on: ["sqlite"],
  },
  "an upsert by on duplicate key": {
    run: (db) =>
      db
        .insertInto("notes")
        .values(["a", "theirs b"].map((slug) => ({ ...note, slug, body: "ours, again" })))
        .onDuplicateKeyUpdate((eb) => ({ body: eb.fn("values", ["body"]) })),
    on: ["mariadb", "mysql"],
  },

  "an update": { run: (db) => db.updateTable("notes").set({ body: "ours, changed" }) },
  "an update of the company itself": { run: (db) => db.updateTable("companies").set({ name: "ours, changed" }) },
  "an update of a table reached via another": {
    run: (db) => db.updateTable("service_staff").set({ name: "ours, changed" }),
  },
  "an update under an alias, with an OR": {
    run: (db) =>
      db
        .updateTable("notes as n")
        .set({ body: "ours, changed" })
        .where((eb) => eb.or([eb("n.id", "=", 1), eb("n.id", ">", 0)])),
  },
  "an update from a subquery": {
    run: (db) =>
      db
        .updateTable("notes")
        .set((eb) => ({ body: eb.selectFrom("customers as c").select("c.email").orderBy("c.id", "desc").limit(1) }))
        .set({ slug: "changed" })
        .where("slug", "=", "a"),
  },
  "an update from other tables": {
    run: (db) =>
      db
        .updateTable("notes")
        .from("customers as c")
        .innerJoin("services as s", (join) => join.onTrue())
        .set((eb) => ({ slug: eb.ref("c.name"), body: eb.ref("s.name") }))
        .where("slug", "=", "a"),
    on: ["sqlite"],
  },
  "an update of several tables": {
    run: (db) =>
      db.updateTable(["notes as n", "customers as c"]).set({ body: "ours, changed" }).set("c.name", "ours, changed"),
    on: ["mariadb", "mysql"],
  },

  "a delete": { run: (db) => db.deleteFrom("notes") },
  "a delete with an OR": {
    run: (db) => db.deleteFrom("notes").where((eb) => eb.or([eb("id", "=", 1), eb("id", ">", 0)])),
  },
  "a delete with a subquery": {
    run: (db) => db.deleteFrom("notes").where("customer_id", "in", (eb) => eb.selectFrom("customers").select("id")),
  },
  "a delete in a table reached via another": { run: (db) => db.deleteFrom("service_staff") },
  "a delete under an alias": {
    run: (db) => db.deleteFrom("notes as n").where("n.id", ">", 0),
    on: ["sqlite", "mysql"],
  },
  "a delete using other tables": {
    run: (db) =>
      db
        .deleteFrom("notes")
        .using("notes")
        .innerJoin("customers as c", (join) => join.onTrue())
        .leftJoin("services as s", "s.id", "c.id"),
    on: ["mariadb", "mysql"],
  },
  "a delete from several tables": {
    run: (db) => db.deleteFrom(["notes", "customers"]).using(["notes", "customers", "words"]),
    on: ["mariadb", "mysql"],
  },
};

onEveryEngine("the tenant guard, writing", (db, engine) => {
  for (const [title, { run, on }] of Object.entries(writes)) {
    test.runIf(on?.includes(engine) ?? true)(`${title} changes only what is ours`, async () => {
      const before = await rowsByOwner(db());
      await run(guarded(db())).execute();
      const after = await rowsByOwner(db());
      expect(after.theirs).toEqual(before.theirs);
      expect(after.ours).not.toEqual(before.ours);
      expect(JSON.stringify(after.ours)).not.toContain('"theirs"');
    });
  }

  test("a transaction that is rolled back changes nothing, one that is committed only what is ours", async () => {
    const before = await rowsByOwner(db());
    const fail = guarded(db())
      .transaction()
      .execute(async (tx) => {
        await tx.deleteFrom("notes").execute();
        throw new Error("rolled back");
      });
    await expect(fail).rejects.toThrow("rolled back");
    expect(await rowsByOwner(db())).toEqual(before);

    await guarded(db())
      .transaction()
      .execute((tx) => tx.deleteFrom("notes").execute());
    expect((await rowsByOwner(db())).theirs).toEqual(before.theirs);
    expect(await guarded(db()).selectFrom("notes").selectAll().execute()).toEqual([]);
  });

  test("a write by the other company's id counts no rows", async () => {
    const changed = await guarded(db())
      .updateTable("notes")
      .set({ body: "ours" })
      .where("id", "=", 2)
      .executeTakeFirst();
    expect(changed.numUpdatedRows).toBe(0n);
    const deleted = await guarded(db()).deleteFrom("notes").where("id", "=", 2).executeTakeFirst();
    expect(deleted.numDeletedRows).toBe(0n);
  });

  test.skipIf(engine === "sqlite")("a delete does not go by rows of the other company", async () => {
    const byTheirs = guarded(db())
      .deleteFrom("notes")
      .using(["notes", "customers as c"])
      .where("c.name", "=", "theirs");
    expect((await byTheirs.executeTakeFirst()).numDeletedRows).toBe(0n);
  });

  test.runIf(engine === "sqlite")("what a write returns is ours", async () => {
    const deleted = guarded(db())
      .deleteFrom("notes")
      .returning((eb) => ["body", eb.selectFrom("customers").select("name").orderBy("id", "desc").limit(1).as("name")]);
    expect(await deleted.execute()).toEqual([
      { body: "ours", name: "ours" },
      { body: "ours", name: "ours" },
    ]);
  });
});

async function rowsByOwner(db: Queries) {
  const rows = {
    companies: await db.selectFrom("companies").select(["id as owner", "name"]).execute(),
    customers: await db.selectFrom("customers").select(["company_id as owner", "id", "email", "name"]).execute(),
    notes: await db.selectFrom("notes").select(["company_id as owner", "id", "slug", "body", "customer_id"]).execute(),
    services: await db.selectFrom("services").select(["company_id as owner", "id", "name"]).execute(),
    service_staff: await db.selectFrom("service_staff").select(["service_id as owner", "id", "name"]).execute(),
    words: (await db.selectFrom("words").selectAll().execute()).map((row) => ({ owner: 2, ...row })),
  };
  const all = Object.entries(rows).flatMap(([table, found]) => found.map((row) => ({ table, ...row })));
  const ours = all.filter(({ owner }) => owner === 1);
  return { ours, theirs: all.filter((row) => !ours.includes(row)) };
}
