import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { latestRuns } from "../src/deploy/journal.ts";
import { deploy, rollBack } from "../src/deploy/run.ts";
import { openTarget, type Target } from "../src/deploy/target.ts";
import { makePlatform } from "../test/brownfield/platform.ts";
import { type Server, serverPrefixes, startMariadb, startMysql } from "../test/servers/server.ts";
import type { BenchTable } from "./table.ts";

/** How much the platform's database holds, in MB; FRONTDESK_BENCH_DEPLOY=1,100,1000 for more. */
const sizes = (process.env.FRONTDESK_BENCH_DEPLOY ?? "1,100").split(",").map(Number);
const rowBytes = 4000;

interface Timed {
  readonly totalMs: number;
  readonly statementsMs: number;
  readonly downtimeMs: number;
  readonly backupMs: number;
  readonly loadMs: number;
}

/** A platform's first deployment, with everything on: how long it takes, and how long nobody may work meanwhile. */
export async function benchDeploy(): Promise<BenchTable> {
  const rows: (string | number)[][] = [];
  for (const engine of ["mariadb", "mysql"] as const) {
    const server = await (engine === "mysql" ? startMysql({ durable: true }) : startMariadb({ durable: true }));
    const toolsDir = join((await serverPrefixes([engine])).get(engine) ?? "", "bin");
    try {
      let smallest: Timed | null = null;
      for (const megabytes of sizes) {
        const { sixTables, all } = await measure(server, megabytes, toolsDir);
        const timed = all;
        smallest ??= timed;
        rows.push([
          engine,
          megabytes,
          round(sixTables.statementsMs),
          round(sixTables.downtimeMs),
          round(timed.statementsMs),
          round(timed.downtimeMs),
          round2(timed.downtimeMs / smallest.downtimeMs),
          round2(timed.totalMs / 1000),
          round2((megabytes * 1000) / timed.backupMs),
          round2((megabytes * 1000) / timed.loadMs),
        ]);
      }
    } finally {
      await server.stop();
    }
  }
  return {
    name: "deploy: a platform's first deployment, with maintenance, backup and rehearsal, on an idle server",
    columns: [
      "database",
      "data, MB",
      "six tables, ms",
      "their downtime, ms",
      "all releases, ms",
      "downtime, ms",
      "downtime to the smallest",
      "whole run, s",
      "backup, MB/s",
      "load, MB/s",
    ],
    rows,
    note:
      "On a platform's tables: phase-2-multi-tenant alone, then taken back, then all releases of today at once; first the " +
      "statements, then the downtime, from maintenance on to off, which holds the statements and the look at the result. " +
      "Durable servers: each statement is synced to disk.",
  };
}

async function measure(server: Server, megabytes: number, toolsDir: string): Promise<{ sixTables: Timed; all: Timed }> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-bench-"));
  const database = `bench_${megabytes}`;
  const connection = await createConnection(server.url);
  await connection.query(`create database ${database} character set utf8mb4`);
  await connection.end();
  const target = await openTarget(`${server.url}/${database}`);
  try {
    await makePlatform(target, { appointments: 1000 });
    await fill(target, megabytes);
    const sixTables = await run(target, folder, toolsDir, { to: "phase-2-multi-tenant" });
    await rollBack(target, "phase-1-baseline");
    return { sixTables, all: await run(target, folder, toolsDir, {}) };
  } finally {
    await target.query(`drop database ${database}`);
    await target.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Pictures: what does not compress, so that the file is as large as the data. */
export async function fill(target: Target, megabytes: number): Promise<void> {
  await target.query("create table pictures (id integer auto_increment primary key, data text character set ascii)");
  const perInsert = 200;
  for (let done = 0; done < megabytes * 1e6; done += rowBytes * perInsert) {
    const values = Array.from({ length: perInsert }, () => `('${randomBytes((rowBytes * 3) / 4).toString("base64")}')`);
    await target.query(`insert into pictures (data) values ${values.join(",")}`);
  }
}

async function run(target: Target, directory: string, toolsDir: string, to: { to?: string }): Promise<Timed> {
  const told: { line: string; at: number }[] = [];
  const maintenance = {
    ...{ reason: "bench", retryAfterSeconds: 5, acknowledgeSeconds: 5, hookSeconds: 5 },
    ...{ freezeHook: null, thawHook: null },
  };
  const began = performance.now();
  const ending = await deploy(target, {
    ...to,
    say: (line) => told.push({ line, at: performance.now() }),
    settings: { hostTimeZone: "Europe/Berlin", maintenance, rehearsal: { directory, toolsDir, withRows: true } },
  });
  const totalMs = performance.now() - began;
  if (ending.end !== "migrated") throw new Error(`The deployment ended ${ending.end}: ${ending.reason}`);
  const at = (part: string) => told.find(({ line }) => line.includes(part))?.at ?? Number.NaN;
  const [latest] = await latestRuns(target, 1);
  const { rehearsal } = (latest?.notes ?? {}) as { rehearsal?: { milliseconds: { load: number } } };
  return {
    totalMs,
    statementsMs: at("looking at the result") - at("the statements"),
    downtimeMs: at("maintenance is off") - at("maintenance is on"),
    backupMs: at(".manifest.json") - began,
    loadMs: rehearsal?.milliseconds.load ?? Number.NaN,
  };
}

const round = (value: number) => Math.round(value);
const round2 = (value: number) => Math.round(value * 100) / 100;
