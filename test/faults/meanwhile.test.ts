import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Migration } from "../../src/db/migration.ts";
import { takeBackup } from "../../src/deploy/backup/take.ts";
import { armFailpoints } from "../../src/deploy/failpoint.ts";
import { appliedMigrations } from "../../src/deploy/journal.ts";
import type { Ending } from "../../src/deploy/lead.ts";
import { PlanRefused } from "../../src/deploy/plan.ts";
import { abort, deploy, resume, rollBack } from "../../src/deploy/run.ts";
import { openTarget, type Target } from "../../src/deploy/target.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "../databases.ts";
import { serverPrefixes } from "../servers/server.ts";
import { type Before, expectSound, hostDatabase, tellEndings } from "./harness.ts";
import { smallRelease } from "./release.ts";

/** What other people and programs do to the database while a deployment works on it. */
describe.each(enginesInUse())("what others do meanwhile (%s)", (engine) => {
  let database: ScratchDatabase;
  let before: Before;
  let target: Target;
  let person: Target;
  let directory: string;
  let toolsDir: string | null = null;
  beforeEach(async () => {
    if (engine !== "sqlite") toolsDir = join((await serverPrefixes([engine])).get(engine) ?? "", "bin");
    directory = mkdtempSync(join(tmpdir(), "frontdesk-meanwhile-"));
    database = await scratchDatabase(engine, "empty");
    before = await hostDatabase(database.url);
    [target, person] = [await openTarget(database.url), await openTarget(database.url, { lockBudgetSeconds: 10 })];
  });
  afterEach(async () => {
    armFailpoints(() => {});
    await target.close();
    await person.close();
    await database.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  const settings = (lockPatienceSeconds = 10) => ({
    lockPatienceSeconds,
    rehearsal: { directory, toolsDir, withRows: true },
  });
  const run = (migrations: readonly Migration[] = smallRelease, lockPatienceSeconds = 10) =>
    deploy(target, { migrations, settings: settings(lockPatienceSeconds) });
  const takeBack = (lockPatienceSeconds = 10) =>
    rollBack(target, "phase-1-baseline", { migrations: smallRelease, settings: settings(lockPatienceSeconds) });
  const goOn = { migrations: smallRelease };

  /** Once, when the deployment comes to this point. */
  function when(point: string, act: () => Promise<unknown>): void {
    let isDone = false;
    armFailpoints(async (name) => {
      if (name !== point || isDone) return;
      isDone = true;
      await act();
    });
  }
  const tell = (kind: string, { end }: Pick<Ending, "end">) => tellEndings(kind, engine, { [end]: 1 });

  test("a reader that ends is waited for", async () => {
    await person.query(engine === "sqlite" ? "begin" : "start transaction");
    await person.query("select * from companies");
    const ended = sleep(1500).then(() => person.query("commit"));
    const ending = await run();
    await ended;
    expect(ending).toMatchObject({ end: "migrated" });
    expect(await expectSound(database.url, before)).toBe("migrated");
    tell("a reader of a parent that ends", ending);
  });

  test("a writer during the undo is waited for; one that never ends makes it hold, and it goes on once that has ended", async () => {
    await run();
    const write = async () => {
      await person.query(engine === "sqlite" ? "begin immediate" : "start transaction");
      await person.query("insert into notes (id, company_id, note) values (1, 1, 'Wait')");
    };
    await write();
    const ended = sleep(1500).then(() => person.query("rollback"));
    const waited = await takeBack();
    await ended;
    expect(waited).toMatchObject({ end: "undone" });
    expect(await expectSound(database.url, before)).toBe("asBefore");
    tell("a write transaction during an undo that ends", waited);

    await run();
    await write();
    // On SQLite the first words to the file are the journal's, so there the run does not begin.
    const attempt = await takeBack(1).catch((error: Error) => ({ end: error.name, reason: error.message }));
    expect(attempt.end).toBe(engine === "sqlite" ? "PlanRefused" : "held");
    await person.query("rollback");
    if (attempt.end === "held") {
      expect(attempt.reason).toMatch(/connection \d+ \(root@.*transaction open/);
      expect(await resume(target, goOn)).toMatchObject({ end: "undone" });
    } else expect(await takeBack()).toMatchObject({ end: "undone" });
    expect(await expectSound(database.url, before)).toBe("asBefore");
    tellEndings("a write transaction during an undo that never ends", engine, { [attempt.end]: 1 });
  }, 60_000);

  test.skipIf(engine === "sqlite")(
    "an index that a person adds in the middle is never dropped: it holds, and says which",
    async () => {
      when("done 2", () => person.query("create index notes_by_hand on notes (note, id)"));
      const ending = await run();
      expect(ending).toMatchObject({ end: "held", reason: expect.stringContaining("notes_by_hand") });
      expect(await person.query("show index from notes where key_name = 'notes_by_hand'")).toHaveLength(2);
      tell("a person's index in the middle", ending);

      await person.query("drop index notes_by_hand on notes");
      expect(await abort(target, goOn)).toMatchObject({ end: "undone" });
      expect(await expectSound(database.url, before)).toBe("asBefore");
    },
  );

  test.skipIf(engine === "sqlite")(
    "a table that a person makes in the middle stays theirs: it holds, and says which",
    async () => {
      when("backed up", () => person.query("create table marks (mine integer primary key)"));
      const ending = await run();
      expect(ending).toMatchObject({ end: "held", reason: expect.stringMatching(/marks/) });
      expect(await person.query("show columns from marks")).toMatchObject([{ Field: "mine" }]);
      tell("a person's table in the middle", ending);

      await person.query("drop table marks");
      expect(await abort(target, goOn)).toMatchObject({ end: "undone" });
      expect(await expectSound(database.url, before)).toBe("asBefore");
      expect(await run()).toMatchObject({ end: "migrated" });
    },
  );

  test.skipIf(engine === "sqlite")("an undo that fails holds, and goes on once what hindered it is gone", async () => {
    await run();
    when("undoing 0", () =>
      person.query(
        "create table others (id integer primary key, reminder integer, foreign key (reminder) references reminders (id)) engine=InnoDB",
      ),
    );
    const ending = await takeBack();
    expect(ending).toMatchObject({ end: "held", reason: expect.stringMatching(/reminders|foreign key/i) });
    tell("an undo that fails", ending);

    await person.query("drop table others");
    expect(await resume(target, goOn)).toMatchObject({ end: "undone" });
    expect(await expectSound(database.url, before)).toBe("asBefore");
  });

  /** A release after the small one, on tables that hold rows. */
  const rule = (up: string, down: string): readonly Migration[] => {
    const parts = { tables: [{ up, down }], foreignKeys: [] };
    const steps = { mariadb: parts, mysql: parts, sqlite: parts };
    return [...smallRelease, { id: "0004_rule", release: "phase-2-multi-tenant", steps }];
  };
  const unique = rule(
    "create unique index customers_name on customers (name)",
    `drop index customers_name${engine === "sqlite" ? "" : " on customers"}`,
  );
  const rules = {
    unique,
    ...(engine === "sqlite"
      ? {
          "not null": rule(
            "alter table customers add column born varchar(10) not null",
            "alter table customers drop column born",
          ),
        }
      : {
          "foreign key": rule(
            "alter table customers add constraint customers_company foreign key (company_id) references companies (id)",
            "alter table customers drop foreign key customers_company",
          ),
        }),
  };
  const offence = "insert into customers (id, company_id, name) values (3, 77, 'Ö')";

  test.each(Object.entries(rules))(
    "rows that a new %s does not allow are found on the copy: production is not touched",
    async (kind, migrations) => {
      await person.query(offence);
      before = { ...before, rows: await rowsNow() };
      const ending = await run(migrations);
      expect(ending).toMatchObject({ end: "untouched", reason: expect.stringMatching(/Ö|unique|foreign|null/i) });
      expect(await expectSound(database.url, before)).toBe("asBefore");
      expect(await appliedMigrations(target)).toEqual([]);
      tell(`rows that violate a new ${kind}`, ending);
      expect(await run()).toMatchObject({ end: "migrated" });
    },
  );

  test("a statement that fails in production alone, for rows that came after the backup, takes all of it back", async () => {
    when(engine === "sqlite" ? "freeze" : "backed up", async () => {
      await person.query(offence);
      before = { ...before, rows: await rowsNow() };
    });
    const ending = await run(unique);
    expect(ending).toMatchObject({ end: "undone", reason: expect.stringMatching(/Ö|unique/i) });
    expect(await expectSound(database.url, before)).toBe("asBefore");
    tell("a statement that fails in production alone", ending);
  });

  test("a table of ours that somebody changed since is refused with what differs, and accepted if that is meant", async () => {
    await run(smallRelease.slice(0, 2));
    await person.query("alter table notes add column colour varchar(20) null");
    const attempt = run();
    await expect(attempt).rejects.toThrow(PlanRefused);
    await expect(attempt).rejects.toThrow(/left ≠ found:.*notes\.columns\.colour.*--accept-drift/s);
    expect((await appliedMigrations(target)).map(({ id }) => id)).toEqual(smallRelease.slice(0, 2).map(({ id }) => id));
    const accepted = { ...settings(), acceptDrift: true };
    expect(await deploy(target, { migrations: smallRelease, settings: accepted })).toMatchObject({ end: "migrated" });
    tellEndings("drift", engine, { refused: 1, migrated: 1 });
  });

  const hurts: Record<string, (file: string, whole: Buffer) => void> = {
    truncated: (file, whole) => truncateSync(file, whole.length - 7),
    "with a bit flipped": (file, whole) => {
      const middle = Math.floor(whole.length / 2);
      writeFileSync(file, whole.with(middle, (whole[middle] ?? 0) ^ 1));
    },
    "swapped for an older one": (file) => {
      const [older = ""] = backupFiles().filter((each) => each !== file);
      writeFileSync(file, readFileSync(older));
    },
    gone: (file) => rmSync(file),
  };
  test.each(Object.entries(hurts))(
    "a backup that is %s before it is rehearsed keeps production from being touched",
    async (kind, hurt) => {
      await takeBackup(target, { directory, toolsDir });
      await person.query("insert into companies (id, name) values (3, 'Studio Nord')");
      before = { ...before, rows: await rowsNow() };
      when("backed up", async () => {
        const file = backupFiles().at(-1) ?? "";
        hurt(file, readFileSync(file));
      });
      const ending = await run();
      expect(ending).toMatchObject({ end: "untouched", reason: expect.stringMatching(/bytes|sha256|missing/) });
      expect(await expectSound(database.url, before)).toBe("asBefore");
      tell(`a backup that is ${kind}`, ending);
      expect(await run()).toMatchObject({ end: "migrated" });
    },
  );

  function backupFiles(): string[] {
    const names = readdirSync(directory).filter((name) => /\.(sql\.gz|db)$/.test(name));
    return names.sort().map((name) => join(directory, name));
  }

  async function rowsNow(): Promise<string> {
    return JSON.stringify([
      await person.query("select id, name from companies order by id"),
      await person.query("select id, company_id, name from customers order by id"),
    ]);
  }
});
