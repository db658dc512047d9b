import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "../../test/databases.ts";
import { bareEnvironment } from "../../test/programs.ts";
import { type HookSink, hookSink } from "../../test/sinks.ts";
import { type Connection, connect } from "../db/connect.ts";
import { checksum } from "../db/migration.ts";
import { migrations } from "../db/migrations.ts";
import { takeBackup } from "../deploy/backup/take.ts";
import { journalTable, openJournal, recordApplied, recordBackup } from "../deploy/journal.ts";
import { openTarget, type Target } from "../deploy/target.ts";
import { bareInstallation } from "../installation.ts";
import { watchInstallation } from "./watch-installation.ts";

const timing = { silent: 6000, remembered: 3_600_000, withoutWorker: 0, claim: 60_000 };

describe.each(enginesInUse())("what operators are told of the installation (%s)", (engine) => {
  let scratch: ScratchDatabase;
  let target: Target;
  let db: Connection;
  let operators: HookSink;
  const workers: ChildProcess[] = [];

  beforeEach(async () => {
    scratch = await scratchDatabase(engine, "migrated");
    target = await openTarget(scratch.url);
    await openJournal(target);
    const applied_at = new Date().toISOString();
    await recordApplied(
      target,
      migrations.map((each) => ({ ...each, checksum: checksum(each, engine), applied_at })),
    );
    db = await connect(scratch.url, { connections: 2 });
    operators = await hookSink();
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) worker.kill("SIGKILL");
    await operators.close();
    await db.close();
    await target.close();
    await scratch.remove();
  });
  const watch = (backupMaxAgeHours: number | null = null) =>
    watchInstallation({
      db,
      timing,
      installation: { ...bareInstallation, backupMaxAgeHours, operators: { email: null, webhook: operators.url } },
    });
  const told = () =>
    operators.hooks.flatMap(({ body }) => (JSON.parse(body) as { alerts: { kind: string; detail: string }[] }).alerts);

  async function startWorker(): Promise<ChildProcess> {
    const cli = join(import.meta.dirname, "../cli.ts");
    const env = { ...bareEnvironment, DATABASE_URL: scratch.url };
    const child = spawn(process.execPath, [cli, "work"], { env, stdio: ["ignore", "pipe", "inherit"] });
    workers.push(child);
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    await vi.waitFor(() => expect(output).toContain("Working"), { timeout: 15_000 });
    return child;
  }

  test("a worker that is killed, once by however many ask; and when none is left", async () => {
    const [dying, other] = [await startWorker(), await startWorker()];
    expect(await watch()).toBe(0);
    dying.kill("SIGKILL");
    await once(dying, "exit");
    await sleep(timing.silent + 200);
    await Promise.all([watch(), watch(), watch()]);
    expect(told()).toMatchObject([{ kind: "dead_worker", detail: expect.stringContaining(`pid ${dying.pid}`) }]);
    expect(told()[0]?.detail).toContain("Others at work: 1");

    other.kill("SIGTERM");
    await once(other, "exit");
    expect(await watch()).toBe(1);
    expect(told().map(({ kind }) => kind)).toEqual(["dead_worker", "no_worker"]);
    expect(await watch()).toBe(0);
    await startWorker();
    await watch();
    const left = await target.query(`select kind from ${journalTable(target, "frontdesk_alerts")}`);
    expect(left).toEqual([{ kind: "dead_worker" }]);
  });

  test("a backup that is too old, or none; until a new one is taken", async () => {
    operators.answer = () => ({ status: 500 });
    expect(await watch(24)).toBe(0);
    operators.answer = () => ({ status: 204 });
    expect(await watch()).toBe(1);
    await recordBackup(target, "of yesterday");
    await target.query(`update ${journalTable(target, "frontdesk_backups")} set taken_ms = taken_ms - 90000000`);
    await watch(24);
    const kinds = () => told().map(({ kind, detail }) => `${kind}: ${detail}`);
    expect(kinds().at(-1)).toMatch(/^stale_backup: The newest backup is 25 h old; the limit is 24 h/);

    const directory = mkdtempSync(join(tmpdir(), "frontdesk-backup-"));
    if (engine === "sqlite") await takeBackup(target, { directory, toolsDir: null });
    else await recordBackup(target, "of now");
    rmSync(directory, { recursive: true });
    await watch(24);
    expect(await target.query(`select kind from ${journalTable(target, "frontdesk_alerts")}`)).toEqual([
      { kind: "no_worker" },
    ]);
  });
});
