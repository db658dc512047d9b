import { expect, test } from "vitest";
import { smallRelease } from "../../../test/faults/release.ts";
import type { Catalogue } from "../catalogue.ts";
import { awakeClock } from "./awake.ts";
import { questionsOf } from "./questions.ts";
import { tallyOf } from "./tally.ts";

const before = { tables: { companies: {}, customers: {}, staff: {} }, others: {} } as unknown as Catalogue;
const steps = smallRelease.flatMap(({ steps: { mysql } }) => [...mysql.tables, ...mysql.foreignKeys]);

test("it reads what a statement touches or refers to and was there, locks a row of a parent, and writes to its own", () => {
  const asked = questionsOf(before, [...steps, { up: "alter table staff add column note text" }], "own");
  expect(asked.map(({ kind, table }) => `${kind} ${table}`)).toEqual([
    "read companies",
    "read staff",
    "lock companies",
    "write frontdesk_probe",
  ]);
  expect(asked.filter(({ sql }) => !/^select /.test(sql)).map(({ sql }) => sql)).toEqual([
    expect.stringContaining("into own "),
  ]);
  expect(questionsOf(before, [{ up: "create table new_one (id integer)" }], "own").map(({ kind }) => kind)).toEqual([
    "write",
  ]);
});

const [read] = questionsOf(before, steps, "own");
if (read === undefined) throw new Error("Nothing is read.");

test.each([
  { what: "within the limit", stalled: 590, found: null },
  { what: "beyond it", stalled: 650, found: { what: "stall", kind: "read", table: "companies", milliseconds: 550 } },
])("a wait $what, less the worst of before, counts so", ({ stalled, found }) => {
  const tally = tallyOf([read], 500);
  tally.answered(read, { took: 99.9, stalled: 0 });
  tally.endBaseline();
  tally.answered(read, { took: 5000, stalled: 0 });
  tally.waiting(read, stalled);
  expect(tally.fault()).toEqual(found);
  expect(tally.figures()).toMatchObject([
    { questions: 1, worstMilliseconds: expect.closeTo(5000, -2), stallMilliseconds: stalled - 100 },
  ]);
});

test("an error that was not there before is a fault; one that was there is no question any more", () => {
  const tally = tallyOf([read], 500);
  tally.endBaseline();
  tally.failed(read, "no such table");
  expect(tally.fault()).toMatchObject({ what: "error", message: "no such table" });
  const other = tallyOf([read], 500);
  other.failed(read, "access denied");
  other.endBaseline();
  expect([other.isOut(read), other.fault(), other.figures()]).toEqual([true, null, []]);
});

test("what the prober sleeps through is nobody's wait", () => {
  let now = 0;
  let guilty = false;
  const clock = awakeClock(
    () => guilty,
    () => now,
  );
  const after = (milliseconds: number) => {
    now += milliseconds;
    return clock.read();
  };
  expect(after(8)).toEqual({ total: 8, guilty: 0 });
  guilty = true;
  expect(after(9)).toEqual({ total: 17, guilty: 9 });
  expect(after(3000)).toEqual({ total: 37, guilty: 29 });
  expect(clock.worstDelay()).toBe(2990);
});
