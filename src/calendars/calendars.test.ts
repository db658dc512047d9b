import { expect, test } from "vitest";
import { onEveryDatabase, testStart } from "../../test/databases.ts";
import { aCompany } from "../../test/factories.ts";
import { transaction } from "../db/transaction.ts";
import { publicHolidays, unknownPlace } from "./holidays.ts";
import { hoursOfHost } from "./host-hours.ts";
import { defaultRules } from "./rules.ts";
import { calendarOf, insertCalendar, inZone, keepSnapshot } from "./store.ts";

const nine = { from: "09:00", until: "17:00" };

for (const [form, value, expected] of [
  [
    "a list of openings a day",
    {
      monday: [
        { open: "13:00", close: "17:00" },
        { open: "09:00:00", close: "12:00" },
      ],
    },
    {
      monday: [
        { from: "09:00", until: "12:00" },
        { from: "13:00", until: "17:00" },
      ],
    },
  ],
  [
    "one opening a day, and null for a closed one",
    { mon: { from: "09:00", until: "17:00" }, tue: null },
    { monday: [nine], tuesday: [] },
  ],
  ["texts", { Monday: ["09:00-17:00"], Tuesday: "09:00 – 17:00" }, { monday: [nine], tuesday: [nine] }],
  ["another language", { montag: [nine] }, null],
  ["a text that is no time", { monday: ["9-5"] }, null],
  ["nothing", null, null],
] as const) {
  test(`a platform's business hours as ${form} ${expected ? "are understood" : "are not guessed at"}`, () => {
    expect(hoursOfHost(value)).toEqual(expected);
  });
}

test("a holiday is public, of that state, and the day whose noon lies in it", () => {
  const dates = (country: string, state: string | null) =>
    publicHolidays({ country, state, region: null }, 2026).map(({ date }) => date);
  expect(dates("DE", "BE")).toContain("2026-03-08");
  expect(dates("DE", "HH")).not.toContain("2026-03-08");
  // Observed by all, a day off for none.
  expect(dates("DE", "BE")).not.toContain("2026-12-24");
  expect(dates("IL", null)).toContain("2026-04-22");
});

test("a place without holidays of its own is named", () => {
  expect(unknownPlace({ country: "DE", state: "BY", region: null })).toBeNull();
  expect(unknownPlace({ country: "XX", state: null, region: null })).toBe("country");
  expect(unknownPlace({ country: "DE", state: "XX", region: null })).toBe("state");
  expect(unknownPlace({ country: "DE", state: "BY", region: "XX" })).toBe("region");
});

onEveryDatabase("the calendar of a branch", (db) => {
  test("is its own, else the company's, else the platform's hours, else Monday to Friday", async () => {
    const { caller, branchId } = await aCompany(db(), { timezone: "Europe/Vienna" });
    const calendar = () => calendarOf(db(), caller, branchId);
    const hostHours = (value: object) =>
      db().of(caller).updateTable("branches").set({ business_hours: value }).where("id", "=", branchId).execute();
    const set = (of: string | null, name: string) =>
      transaction(db(), (tx) => {
        const rules = {
          ...defaultRules("UTC"),
          timezone: null,
          hours: { sunday: [nine] },
          closures: [{ from: "2026-01-01", until: "2026-01-01", name }],
        };
        return insertCalendar(tx, caller, { branchId: of, name, rules }, testStart);
      });
    expect(await calendar()).toEqual(defaultRules("Europe/Vienna"));
    await hostHours({ saturday: "09:00-17:00" });
    expect(await calendar()).toMatchObject({ hours: { saturday: [nine] } });
    await hostHours({ saturday: "always" });
    expect(await calendar()).toEqual(defaultRules("Europe/Vienna"));
    await set(null, "company's");
    expect(await calendar()).toMatchObject({ timezone: "Europe/Vienna", closures: [{ name: "company's" }] });
    await set(branchId, "branch's");
    expect(await calendar()).toMatchObject({ closures: [{ name: "branch's" }] });
    expect(await set(branchId, "second")).toBeNull();
  });

  test("is kept once for each content, whatever the order of its keys", async () => {
    const { caller } = await aCompany(db());
    const rules = defaultRules("Europe/Berlin");
    const turned = { ...rules, hours: Object.fromEntries(Object.entries(rules.hours).reverse()) };
    const ids = await transaction(db(), async (tx) => [
      await keepSnapshot(tx, caller, rules, testStart),
      await keepSnapshot(tx, caller, turned, testStart),
      await keepSnapshot(tx, caller, { ...rules, alwaysOpen: true }, testStart),
    ]);
    expect([ids[1], new Set(ids).size]).toEqual([ids[0], 2]);
    expect(inZone(turned, "UTC")).toEqual(rules);
  });
});
