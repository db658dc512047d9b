import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Migration, releases } from "../src/db/migration.ts";
import { migrations } from "../src/db/migrations.ts";
import { type Catalogue, differences, fingerprint, readCatalogue } from "../src/deploy/catalogue.ts";
import { appliedMigrations, latestRuns, openRun, updateRun } from "../src/deploy/journal.ts";
import { DeploymentRunning, lockDeployment } from "../src/deploy/lock.ts";
import { PlanRefused } from "../src/deploy/plan.ts";
import { assertSchemaFits, SchemaMismatch } from "../src/deploy/release.ts";
import { abort, deploy, migrate, resume, rollBack } from "../src/deploy/run.ts";
import { openTarget, type Target } from "../src/deploy/target.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "./databases.ts";
import { tellEndings } from "./faults/harness.ts";

/** A migration of tables, given as the text after `create table`. */
function migration(id: string, ...tables: string[]): Migration {
  const steps = {
    tables: tables.map((text) => ({ up: `create table ${text}`, down: `drop table ${text.split(" ")[0]}` })),
    foreignKeys: [],
  };
  return { id, release: "phase-1-baseline", steps: { sqlite: steps, mariadb: steps, mysql: steps } };
}

const one = migration("0001_one", "ones (id integer primary key)");
const two = migration("0002_two", "twos (id integer primary key)");

describe.each(enginesInUse())("deployment (%s)", (engine) => {
  let scratch: ScratchDatabase;
  let target: Target;
  const shape = async (of: Target = target) => fingerprint(await readCatalogue(of));
  const idsApplied = async () => (await appliedMigrations(target)).map(({ id }) => id);

  beforeEach(async () => {
    scratch = await scratchDatabase(engine, "empty");
    target = await openTarget(scratch.url);
  });
  afterEach(async () => {
    await target.close();
    await scratch.remove();
  });

  it("goes up release by release, down again to an empty database, and up to the same schema", async () => {
    const shapes = [await readCatalogue(target)];
    for (const to of releases) {
      expect(await deploy(target, { to }), to).toMatchObject({ end: "migrated" });
      shapes.push(await readCatalogue(target));
    }
    expect(new Set(shapes.map(fingerprint)).size).toBe(releases.length + 1);

    for (const [index, release] of [...releases.entries()].toReversed()) {
      expect(await rollBack(target, release), release).toMatchObject({ end: "undone" });
      expect(differences(shapes[index] as Catalogue, await readCatalogue(target)), release).toEqual([]);
    }
    expect(await idsApplied()).toEqual([]);

    expect(await migrate(target)).toEqual(migrations.map(({ id }) => id));
    const template = await scratchDatabase(engine, "migrated");
    const copy = await openTarget(template.url);
    expect(await shape()).toBe(await shape(copy));
    await copy.close();
    await template.remove();
  });

  it("takes every later release back together with the one that is named", async () => {
    const empty = await shape();
    await deploy(target);
    const { end, migrations: removed } = await rollBack(target, releases[0]);
    expect(end).toBe("undone");
    expect(removed).toEqual(migrations.map(({ id }) => id));
    expect(await shape()).toBe(empty);
  });

  it("applies nothing the second time, and only then does the program start", async () => {
    await expect(assertSchemaFits(scratch.url)).rejects.toThrow(SchemaMismatch);
    await deploy(target);
    const before = await shape();
    expect(await deploy(target)).toMatchObject({ end: "migrated", runId: null, migrations: [] });
    expect(await shape()).toBe(before);
    await expect(assertSchemaFits(scratch.url)).resolves.toBeUndefined();
  });

  it("runs once when two people start it at the same time", async () => {
    const other = await openTarget(scratch.url);
    const outcomes = await Promise.allSettled([deploy(target), deploy(other)]);
    const applied = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value.migrations : []));
    expect(applied).toEqual(migrations.map(({ id }) => id));
    const errors = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    expect(errors.filter((error) => !(error instanceof DeploymentRunning))).toEqual([]);
    await other.close();
  });

  it("says that another one is running, writes nothing, and works once that one has ended", async () => {
    const other = await openTarget(scratch.url);
    const lock = await lockDeployment(other);
    await expect(deploy(target, { migrations: [one] })).rejects.toThrow(DeploymentRunning);
    await expect(rollBack(target, one.release, { migrations: [one] })).rejects.toThrow(/then try again/);
    await lock.release();
    await other.close();
    expect(await idsApplied()).toEqual([]);
    expect(await migrate(target, { migrations: [one] })).toEqual([one.id]);
  });

  it.each([
    ["changed", [migration(one.id, "ones (id bigint primary key)"), two], /0001_one was changed .* Restore its text/],
    ["removed", [two], /0001_one .* unknown here: run a newer version/],
    ["late", [one, migration("0001_x", "xs (id integer)"), two], /0001_x was added before .* give it a later number/],
    ["doubled", [one, two, two], /unique and ascending/],
  ])("refuses a %s migration and says what to do", async (edit, edited, message) => {
    await deploy(target, { migrations: [one, two] });
    const before = await shape();
    const attempt = deploy(target, { migrations: edited });
    await expect(attempt).rejects.toThrow(PlanRefused);
    await expect(attempt).rejects.toThrow(message);
    expect(await shape()).toBe(before);
    expect(await idsApplied()).toEqual([one.id, two.id]);
    tellEndings(`a ${edit} migration`, engine, { refused: 1 });
  });

  it("leaves the database as it was when a statement fails, and can then be run again", async () => {
    await deploy(target, { migrations: [one] });
    const before = await shape();
    const broken = migration("0003_broken", "fine (id integer primary key)", "broken (id no_such_type(");
    expect(await deploy(target, { migrations: [one, two, broken] })).toMatchObject({
      end: "undone",
      reason: expect.stringMatching(/syntax|incomplete/),
    });
    expect(await shape()).toBe(before);
    expect(await idsApplied()).toEqual([one.id]);
    expect(await openRun(target)).toBeNull();

    const mended = migration("0003_broken", "fine (id integer primary key)", "broken (id integer primary key)");
    expect(await migrate(target, { migrations: [one, two, mended] })).toEqual([two.id, mended.id]);
  });

  /** A run that died before its second statement: its progress as the journal had it then. */
  async function leaveInTheMiddle(): Promise<void> {
    await migrate(target, { migrations: [one] });
    await migrate(target, { migrations: [one, two, three] });
    const [run] = await latestRuns(target, 1);
    if (run === undefined) throw new Error("There is no run.");
    await target.query("drop table threes");
    const progress = { ...run.progress, phase: "migrating", done: 0, end: null } as const;
    await updateRun(target, run.id, { progress, endedAt: null });
  }
  const three = migration("0003_three", "threes (id integer primary key)");
  const all = { migrations: [one, two, three] };

  it("finishes a run that died before it does anything else", async () => {
    await leaveInTheMiddle();
    expect(await deploy(target, all)).toMatchObject({ end: "migrated", runId: null });
    expect(Object.keys((await readCatalogue(target)).tables).sort()).toEqual(["ones", "threes", "twos"]);
    expect(await idsApplied()).toEqual([one.id, two.id, three.id]);
  });

  it("resumes a run that died, or takes it back", async () => {
    await migrate(target, { migrations: [one] });
    const before = await shape();
    await rollBack(target, one.release, { migrations: [one] });
    await leaveInTheMiddle();
    expect(await abort(target)).toMatchObject({ end: "undone" });
    expect(await shape()).toBe(before);
    expect(await idsApplied()).toEqual([one.id]);
    expect(await abort(target)).toBeNull();
    await migrate(target, all);
    expect(await resume(target)).toBeNull();
  });

  it("holds where a person changed what an undo would take away, and goes on once that is mended", async () => {
    await migrate(target, all);
    await target.query("create index twos_by_hand on twos (id)");
    expect(await rollBack(target, one.release, all)).toMatchObject({
      end: "held",
      reason: expect.stringContaining("twos_by_hand"),
    });
    expect(await deploy(target, all)).toMatchObject({ end: "held", reason: expect.stringContaining("deploy resume") });

    await target.query(engine === "sqlite" ? "drop index twos_by_hand" : "drop index twos_by_hand on twos");
    expect(await resume(target)).toMatchObject({ end: "undone" });
    expect((await readCatalogue(target)).tables).toEqual({});
  });

  it("moves a table that holds rows aside instead of dropping it", async () => {
    await migrate(target, all);
    await target.query("insert into twos (id) values (7)");
    expect(await rollBack(target, one.release, all)).toMatchObject({ end: "undone" });
    expect((await readCatalogue(target)).tables).toEqual({});
    const [run] = await latestRuns(target, 1);
    const [kept] = (run?.notes.quarantined ?? []) as { table: string; rows: number; kept: string }[];
    expect(kept).toMatchObject({ table: "twos", rows: 1 });
    expect(await target.query(`select id from ${kept?.kept}`)).toMatchObject([{ id: 7 }]);
    if (engine !== "sqlite") await target.query(`drop database ${target.database}_quarantine`);
  });

  it("stops where a person asks for it, and takes back what it did", async () => {
    let asked = 0;
    const ending = await deploy(target, { ...all, wish: () => (++asked > 3 ? "Enough." : null) });
    expect(ending).toMatchObject({ end: "undone", reason: "Enough." });
    expect((await readCatalogue(target)).tables).toEqual({});
  });

  it("refuses where somebody else's table has a name it needs, and touches nothing", async () => {
    await target.query("create table callback_requests (id integer primary key)");
    await target.query("insert into callback_requests (id) values (7)");
    const before = await shape();
    const attempt = deploy(target);
    await expect(attempt).rejects.toThrow(PlanRefused);
    await expect(attempt).rejects.toThrow(/not made by this program: callback_requests\. .*RENAME TABLE/);
    expect(await shape()).toBe(before);
    expect(await target.query("select id from callback_requests")).toMatchObject([{ id: 7 }]);
    expect(await journals()).toEqual([]);
  });

  it("makes a foreign-key column of the very type that its parent's column has in this database", async () => {
    const keyType = engine === "sqlite" ? "char(36)" : "char(36) character set utf8mb4 collate utf8mb4_unicode_ci";
    const parent = migration("0001_branches", `branches (id ${keyType} primary key)`);
    const reference = "branch_id {branches.id} not null, foreign key (branch_id) references branches (id)";
    const child = migration("0002_children", `children (id integer primary key, ${reference})`);
    await deploy(target, { migrations: [parent] });
    await deploy(target, { migrations: [parent, child] });
    const { tables } = await readCatalogue(target);
    expect(tables.children?.columns.branch_id?.type).toBe(keyType);
  });

  it("refuses a release that does not exist or is not applied", async () => {
    await expect(deploy(target, { to: "phase-0" })).rejects.toThrow("There is no release phase-0.");
    await expect(rollBack(target, "phase-1-baseline")).rejects.toThrow("is not applied here");
  });

  async function journals() {
    return engine === "sqlite"
      ? target.query("select name from sqlite_schema where name like 'frontdesk%'")
      : target.query("select schema_name from information_schema.schemata where schema_name = ?", [
          `${target.database}_frontdesk`,
        ]);
  }
});
