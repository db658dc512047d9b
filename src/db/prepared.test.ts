import { CompiledQuery } from "kysely";
import { expect, test } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { type ACompany, aCompany, aCustomer } from "../../test/factories.ts";
import type { Tenant } from "../tenant.ts";
import type { Db } from "./connect.ts";
import { insertRow, type Prepared, prepared, preparedAcrossCompanies } from "./prepared.ts";
import { transaction } from "./transaction.ts";

interface Names extends Record<string, unknown> {
  readonly id: number;
  readonly name: string;
}

/** One of each kind of statement, all of which would reach any company's customer. */
const reads: Record<string, Prepared<Names, unknown>> = {
  select: prepared((queries, { id }) => queries.selectFrom("customers").select("id").where("id", "=", id)),
  alias: prepared((queries, { id }) => queries.selectFrom("customers as c").select("c.id").where("c.id", "=", id)),
  "or that reaches round": prepared((queries, { id }) =>
    queries
      .selectFrom("customers")
      .select("id")
      .where((eb) => eb.or([eb("id", "=", id), eb("id", ">", 0)]))
      .where("id", "=", id),
  ),
  join: prepared((queries, { id }) =>
    queries
      .selectFrom("companies as o")
      .innerJoin("customers as c", (join) => join.on("c.id", "=", id))
      .select("c.id"),
  ),
  subquery: prepared((queries, { id }) =>
    queries.selectFrom((eb) => eb.selectFrom("customers").select("id").where("id", "=", id).as("c")).select("c.id"),
  ),
  exists: prepared((queries, { id }) =>
    queries
      .selectFrom("companies as o")
      .select("o.id")
      .where((eb) => eb.exists(eb.selectFrom("customers as c").select("c.id").where("c.id", "=", id))),
  ),
  "common table expression": prepared((queries, { id }) =>
    queries
      .with("found", (cte) => cte.selectFrom("customers").select("id").where("id", "=", id))
      .selectFrom("found")
      .select("id"),
  ),
};

const writes: Record<string, Prepared<Names, unknown>> = {
  update: prepared((queries, { id, name }) => queries.updateTable("customers").set({ name }).where("id", "=", id)),
  delete: prepared((queries, { id }) => queries.deleteFrom("customers").where("id", "=", id)),
};

onEveryDatabase("a prepared query", (db) => {
  async function both(): Promise<{ one: ACompany; other: ACompany; mine: number; theirs: number }> {
    const [one, other] = [await aCompany(db()), await aCompany(db())];
    return { one, other, mine: await aCustomer(db(), one.caller), theirs: await aCustomer(db(), other.caller) };
  }

  test.each(Object.entries(reads))(
    "that reads, a %s, finds what is the company's, for each company in turn",
    async (_, query) => {
      const { one, other, mine, theirs } = await both();
      const count = async (tenant: Tenant, id: number) => (await query.run(db(), tenant, { id, name: "" })).rows.length;
      for (const [tenant, own, foreign] of [[one, mine, theirs] as const, [other, theirs, mine] as const]) {
        expect(await count(tenant, own)).toBe(1);
        expect(await count(tenant, foreign)).toBe(0);
      }
    },
  );

  test.each(Object.entries(writes))("that writes, an %s, leaves other companies' rows alone", async (_, query) => {
    const { one, mine, theirs } = await both();
    const affected = async (id: number) => (await query.run(db(), one, { id, name: "Changed" })).numAffectedRows;
    expect(await affected(theirs)).toBe(0n);
    expect(await affected(mine)).toBe(1n);
  });

  test("inserts its row for the company that asks, values of every kind as they are", async () => {
    const { one, other } = await both();
    for (const { caller } of [one, other]) {
      const id = await transaction(db(), (tx) =>
        insertRow(tx, caller, "customers", { name: "Ada; drop table customers", email: null, phone: "+4930123" }),
      );
      const read = (tenant: Tenant) => nameOf(db(), tenant, id);
      expect(await read(caller)).toEqual({ name: "Ada; drop table customers", email: null });
      expect(await read(caller === one.caller ? other.caller : one.caller)).toBeUndefined();
    }
  });

  test("is refused for no company, without one of its values, and where it could not be kept to a company", async () => {
    const { one, mine } = await both();
    const find = reads.select as Prepared<Names, unknown>;
    for (const companyId of [0, -1, 1.5, Number.NaN, "1" as never, undefined as never]) {
      await expect(async () => find.run(db(), { companyId }, { id: mine, name: "" })).rejects.toThrow(/company id/);
    }
    await expect(async () => find.run(db(), one, {} as Names)).rejects.toThrow("lacks a value for id");
    await expect(async () => find.run(db(), one, { id: undefined as never, name: "" })).rejects.toThrow(/undefined/);

    const refused = (query: Prepared<Names, unknown>) => async () => query.run(db(), one, { id: mine, name: "" });
    const list = prepared((queries, { id }: Names) =>
      queries
        .selectFrom("customers")
        .select("id")
        .where("id", "in", id as never),
    );
    await expect(refused(list)).rejects.toThrow("A list is no value of a prepared query");
    const anywhere = prepared((queries, { id }: Names) =>
      queries
        .selectFrom("no_such_table" as "customers")
        .select("id")
        .where("id", "=", id),
    );
    await expect(refused(anywhere)).rejects.toThrow("unknown table");
    const givenAway = prepared((queries, { id }: Names) =>
      queries.updateTable("customers").set({ company_id: id } as never),
    );
    await expect(refused(givenAway)).rejects.toThrow("stays with its company");
    const nobodys = prepared<Names, unknown>(() => ({ compile: () => CompiledQuery.raw("select id from customers") }));
    await expect(refused(nobodys)).rejects.toThrow("names no table of a company");
  });

  test("over all companies has the same values, and no guard", async () => {
    const { mine, theirs } = await both();
    const find = preparedAcrossCompanies((queries, { id }: { id: number }) =>
      queries.selectFrom("customers").select(["id", "company_id"]).where("id", "=", id),
    );
    expect(await find(db(), { id: mine })).toMatchObject([{ id: mine }]);
    expect(await find(db(), { id: theirs })).toMatchObject([{ id: theirs }]);
  });
});

function nameOf(db: Db, tenant: Tenant, id: number) {
  return db.of(tenant).selectFrom("customers").select(["name", "email"]).where("id", "=", id).executeTakeFirst();
}
