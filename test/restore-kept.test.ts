import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readCatalogue } from "../src/deploy/catalogue.ts";
import { countKept } from "../src/deploy/restore/kept.ts";
import { fileOf, openTarget, type Target, urlOfSchema } from "../src/deploy/target.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "./databases.ts";

describe.each(enginesInUse())("what only the tables of before a restore hold (%s)", (engine) => {
  let scratch: ScratchDatabase;
  let restored: Target;
  let before: Target;
  let aside: string;
  beforeEach(async () => {
    scratch = await scratchDatabase(engine, "empty");
    restored = await openTarget(scratch.url);
    aside = engine === "sqlite" ? `${fileOf(scratch.url)}.aside.db` : `${restored.database}_aside`;
    if (engine !== "sqlite") await restored.query(`create database ${aside} character set utf8mb4`);
    before = await openTarget(engine === "sqlite" ? `sqlite:${aside}` : urlOfSchema(scratch.url, aside));
    const type = engine === "sqlite" ? "" : "varchar(20)";
    for (const side of [restored, before]) await side.query(`create table logs (line ${type}, note varchar(20))`);
  });
  afterEach(async () => {
    if (engine !== "sqlite") await restored.query(`drop database ${aside}`);
    await restored.close();
    await before.close();
    if (engine === "sqlite") rmSync(aside, { force: true });
    await scratch.remove();
  });
  const kept = async () =>
    countKept(restored, { aside, before: await readCatalogue(before), restored: await readCatalogue(restored) });

  const backup = ["'a', 'x'", "'a', 'x'", "'b', null"];
  const cases: [string, readonly string[], boolean][] = [
    ["the same rows in another order", backup.toReversed(), false],
    ["fewer of them", backup.slice(1), false],
    ["none", [], false],
    ["one more that is equal to others", [...backup, "'a', 'x'"], true],
    ["one in another case", backup.with(0, "'A', 'x'"), true],
    ["an empty text in the place of none", backup.with(2, "'b', ''"), true],
    ["the text null in the place of none", backup.with(2, "'b', 'null'"), true],
    ["what belongs together otherwise", backup.with(0, "'a,1:x', 'x'"), true],
    ...(engine === "sqlite"
      ? [["a number in the place of a text", ["1, 'x'"], true] as [string, string[], boolean]]
      : []),
  ];
  test.each(cases)("in a table without a key: %s", async (_, rows, isMore) => {
    for (const row of [...backup, "'1', 'x'"]) await restored.query(`insert into logs values (${row})`);
    for (const row of rows) await before.query(`insert into logs values (${row})`);
    expect(await kept()).toEqual(isMore ? [{ table: "logs", rows: rows.length, added: null, changed: null }] : []);
  });

  test("in a table whose columns were others: all of it, where the backup has not the same ones", async () => {
    await before.query("alter table logs add column mine varchar(20)");
    expect(await kept()).toEqual([]);
    await before.query("insert into logs (line) values ('a')");
    expect(await kept()).toEqual([{ table: "logs", rows: 1, added: null, changed: null }]);
  });
});
