import { DummyDriver, Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler } from "kysely";
import { describe, expect, it } from "vitest";
import { isoOf, parseInstant } from "../clock.ts";
import { HostColumnError, hostColumns } from "./host-columns.ts";
import { type FoundColumn, hostShapeOf, readAs, writtenAs } from "./host-shape.ts";
import { hostTables, type Schema } from "./schema.ts";

/** As the definition says, but for what is named: null is not there, a text another type. */
function shapeWith(changes: Record<string, string | null>, zone: string | null = "Europe/Berlin") {
  const found = hostTables.flatMap(({ name, columns }) =>
    Object.entries(columns).flatMap(([column, { sqlType, nullable }]): FoundColumn[] => {
      const type = changes[`${name}.${column}`] ?? sqlType("mysql");
      if (changes[`${name}.${column}`] === null) return [];
      const precision = /\((\d)\)/.exec(type)?.[1];
      return [{ table: name, column, type, nullable, precision: precision === undefined ? null : Number(precision) }];
    }),
  );
  const more = Object.entries(changes).flatMap(([key, type]): FoundColumn[] => {
    const [table = "", column = ""] = key.split(".");
    const isNew = type !== null && !found.some((each) => each.table === table && each.column === column);
    return isNew ? [{ table, column, type: type ?? "", nullable: true, precision: null }] : [];
  });
  return hostShapeOf([...found, ...more], zone);
}

function through(changes: Record<string, string | null>, zone: string | null = "Europe/Berlin") {
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new MysqlAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new MysqlIntrospector(db),
      createQueryCompiler: () => new MysqlQueryCompiler(),
    },
    plugins: [hostColumns(shapeWith(changes, zone))],
  });
}

const noon = parseInstant("2026-07-01T10:00:00.250Z");

describe("a platform's columns", () => {
  it("that are ours to the letter leave every query as it is", () => {
    const { tables } = shapeWith({}, null);
    expect(
      [...tables.values()].flatMap((columns) => [...columns.values()]).filter(({ kind }) => kind === "missing"),
    ).toEqual([]);
    const { sql, parameters } = through({}, null)
      .selectFrom("appointments")
      .select(["starts_at", "version"])
      .where("starts_at", ">", noon)
      .compile();
    expect(sql).toBe("select `starts_at`, `version` from `appointments` where `starts_at` > ?");
    expect(parameters).toEqual([noon]);
  });

  it("that are missing read as their fallback and are neither written nor asked for", () => {
    const db = through({ "appointments.version": null, "companies.timezone": null, "services.deleted_at": null });
    expect(
      db
        .selectFrom("companies as c")
        .innerJoin("services as s", "s.company_id", "c.id")
        .select(["c.timezone as zone", "c.name"])
        .where("s.deleted_at", "is", null)
        .where("c.timezone", "=", "UTC")
        .compile(),
    ).toMatchObject({
      sql: "select null as `zone`, `c`.`name` from `companies` as `c` inner join `services` as `s` on `s`.`company_id` = `c`.`id` where null is null and ? = ?",
      parameters: ["Europe/Berlin", "UTC"],
    });
    expect(
      db.updateTable("appointments").set({ version: 2, status: "cancelled" }).where("version", "=", 1).compile(),
    ).toMatchObject({ sql: "update `appointments` set `status` = ? where ? = ?", parameters: ["cancelled", 1, 1] });
    expect(
      db
        .insertInto("services")
        .values({ company_id: 1, name: "Cut", deleted_at: noon } as never)
        .compile(),
    ).toMatchObject({ sql: "insert into `services` (`company_id`, `name`) values (?, ?)", parameters: [1, "Cut"] });
  });

  it("of wall-clock times are compared and written by the clock on the wall, to the digits that they keep", () => {
    const db = through({ "appointments.starts_at": "datetime", "appointments.ends_at": "datetime(3)" });
    expect(
      db
        .updateTable("appointments")
        .set({ starts_at: noon, ends_at: noon })
        .where("starts_at", "in", [noon])
        .where("ends_at", "<=", noon)
        .compile().parameters,
    ).toEqual([
      "2026-07-01 12:00:00.000",
      "2026-07-01 12:00:00.250",
      "2026-07-01 12:00:00.250",
      "2026-07-01 12:00:00.250",
    ]);
  });

  it("keep their meaning through aliases, subqueries and common table expressions", () => {
    const db = through({ "appointments.starts_at": "datetime" });
    const inner = db.selectFrom("appointments as a").select(["a.id", "a.starts_at as begins"]);
    const wall = ["2026-07-01 12:00:00.250"];
    expect(db.selectFrom(inner.as("x")).select("x.id").where("x.begins", ">", noon).compile().parameters).toEqual(wall);
    expect(
      db
        .with("y", () => inner)
        .selectFrom("y")
        .select("y.id")
        .where("y.begins", ">", noon)
        .compile().parameters,
    ).toEqual(wall);
    const exists = db
      .selectFrom("customers as k")
      .select("k.id")
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom("appointments as a")
            .select("a.id")
            .whereRef("a.customer_id", "=", "k.id")
            .where("a.starts_at", ">", noon),
        ),
      );
    expect(exists.compile().parameters).toEqual(wall);
  });

  it.each([
    [
      "in a function",
      (db: Kysely<Schema>) => db.selectFrom("appointments").select((eb) => eb.fn.max("starts_at").as("last")),
    ],
    [
      "beside a column of ours",
      (db: Kysely<Schema>) =>
        db
          .selectFrom("appointments as a")
          .innerJoin("booking_snapshots as b", "b.appointment_id", "a.id")
          .select("a.id")
          .whereRef("a.starts_at", ">", "b.policy_at"),
    ],
    [
      "set to an expression",
      (db: Kysely<Schema>) => db.updateTable("appointments").set((eb) => ({ starts_at: eb.ref("ends_at") })),
    ],
    ["by select *", (db: Kysely<Schema>) => db.selectFrom("appointments").selectAll()],
    [
      "without their table's name among others",
      (db: Kysely<Schema>) =>
        db
          .selectFrom("appointments as a")
          .innerJoin("customers as k", "k.id", "a.customer_id")
          .select("a.id")
          .where("created_at", ">", noon),
    ],
    [
      "by an insert of a query",
      (db: Kysely<Schema>) =>
        db
          .insertInto("appointments")
          .columns(["starts_at"])
          .expression((eb) => eb.selectFrom("appointments").select("starts_at")),
    ],
  ] as const)("used %s are refused rather than misread", (_, query) => {
    expect(() => query(through({ "appointments.starts_at": "datetime" })).compile()).toThrow(HostColumnError);
  });

  it("read back as they were written, save in the hour that a wall clock shows twice", () => {
    const column = { kind: "instant", zone: "Europe/Berlin", digits: 3, fallback: null } as const;
    const read = (wall: string) => isoOf(readAs(column, parseInstant(`${wall.replace(" ", "T")}Z`)) as typeof noon);
    for (const iso of [
      "2026-03-29T00:59:59.999Z",
      "2026-03-29T01:00:00.000Z",
      "2026-10-25T02:00:00.000Z",
      "2026-12-31T23:00:00.000Z",
    ]) {
      expect(read(writtenAs(column, parseInstant(iso)) as string)).toBe(iso);
    }
    expect(read(writtenAs(column, parseInstant("2026-10-25T01:30:00.000Z")) as string)).toBe(
      "2026-10-25T00:30:00.000Z",
    );
  });

  it("with decimals are cents", () => {
    const column = { kind: "decimal", column: "price", fallback: null } as const;
    expect([80.5, "19.99", 0.05, null].map((value) => readAs(column, value))).toEqual([8050, 1999, 5, null]);
    expect([8050, 5, 0, null].map((value) => writtenAs(column, value))).toEqual(["80.50", "0.05", "0.00", null]);
    const db = through({ "services.price_cents": null, "services.price": "decimal(10,2)" });
    expect(db.selectFrom("services as s").select("s.price_cents as cents").compile().sql).toBe(
      "select `s`.`price` as `cents` from `services` as `s`",
    );
  });
});
