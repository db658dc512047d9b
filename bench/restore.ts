import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { createConnection } from "mysql2/promise";
import { feedClient } from "../src/deploy/backup/load.ts";
import { readManifest } from "../src/deploy/backup/manifest.ts";
import { takeBackup } from "../src/deploy/backup/take.ts";
import { restore } from "../src/deploy/restore/restore.ts";
import { deploy } from "../src/deploy/run.ts";
import { openTarget, type Target, urlOfSchema } from "../src/deploy/target.ts";
import { makePlatform } from "../test/brownfield/platform.ts";
import { type Server, serverPrefixes, startMariadb, startMysql } from "../test/servers/server.ts";
import { fill } from "./deploy.ts";
import type { BenchTable } from "./table.ts";

/** How much the database holds, in MB; FRONTDESK_BENCH_RESTORE=1,100,1000 for more. */
const sizes = (process.env.FRONTDESK_BENCH_RESTORE ?? "1,100").split(",").map(Number);

interface Timed {
  readonly totalMs: number;
  readonly downtimeMs: number;
  readonly bareMs: number;
}

/** A whole restore, held against the server's own client that loads the same backup and looks at nothing. */
export async function benchRestore(): Promise<BenchTable> {
  const rows: (string | number)[][] = [];
  for (const engine of ["mariadb", "mysql"] as const) {
    const server = await (engine === "mysql" ? startMysql({ durable: true }) : startMariadb({ durable: true }));
    const toolsDir = join((await serverPrefixes([engine])).get(engine) ?? "", "bin");
    try {
      for (const megabytes of sizes) {
        const { totalMs, downtimeMs, bareMs } = await measure(server, megabytes, toolsDir);
        rows.push([
          engine,
          megabytes,
          seconds(bareMs),
          seconds(totalMs),
          Math.round((totalMs / bareMs) * 100) / 100,
          seconds(downtimeMs),
        ]);
      }
    } finally {
      await server.stop();
    }
  }
  return {
    name: "restore: a backup in the place of the database, on an idle server",
    columns: [
      "database",
      "data, MB",
      "the client's load, s",
      "whole restore, s",
      "to the client's load",
      "downtime, s",
    ],
    rows,
    note:
      "The restore checks the backup's hash, loads it beside the database, counts and hashes its rows against the manifest, " +
      "exchanges both under maintenance, and counts what was newer. The client's load is gunzip and the server's own " +
      "client into an empty schema. Durable servers: each statement is synced to disk.",
  };
}

async function measure(server: Server, megabytes: number, toolsDir: string): Promise<Timed> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-bench-"));
  const database = `bench_${megabytes}`;
  const connection = await createConnection(server.url);
  await connection.query(`create database ${database} character set utf8mb4`);
  await connection.query(`create database ${database}_bare character set utf8mb4`);
  const target = await openTarget(`${server.url}/${database}`);
  try {
    await makePlatform(target, { appointments: 1000 });
    await fill(target, megabytes);
    await deploy(target, { settings: { hostTimeZone: "Europe/Berlin" } });
    const { path } = await takeBackup(target, { directory: folder, toolsDir });
    await target.query("delete from pictures where id = 1");
    const bareMs = await loadBare(target, `${database}_bare`, path, toolsDir);
    return { bareMs, ...(await restored(target, path, folder, toolsDir)) };
  } finally {
    await target.close();
    const [names] = await connection.query(`show databases like '${database}%'`);
    for (const row of names as object[]) await connection.query(`drop database ${Object.values(row)[0]}`);
    await connection.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function loadBare({ url }: Target, schema: string, manifest: string, toolsDir: string): Promise<number> {
  const into = await openTarget(urlOfSchema(url, schema));
  const file = join(manifest, "..", readManifest(manifest).file);
  const began = performance.now();
  try {
    await feedClient(into, toolsDir, "The client's load", (stdin) =>
      pipeline(createReadStream(file), createGunzip(), stdin),
    );
    return performance.now() - began;
  } finally {
    await into.close();
  }
}

async function restored(target: Target, backup: string, mirrorFolder: string, toolsDir: string) {
  const told: { line: string; at: number }[] = [];
  const maintenance = {
    ...{ reason: "bench", retryAfterSeconds: 5, acknowledgeSeconds: 5, hookSeconds: 5 },
    ...{ freezeHook: null, thawHook: null },
  };
  const began = performance.now();
  const ending = await restore(target, backup, {
    say: (line) => told.push({ line, at: performance.now() }),
    settings: { maintenance, mirrorFolder },
    toolsDir,
  });
  const totalMs = performance.now() - began;
  if (ending.end !== "migrated") throw new Error(`The restore ended ${ending.end}: ${ending.reason}`);
  const at = (part: string) => told.find(({ line }) => line.includes(part))?.at ?? Number.NaN;
  return { totalMs, downtimeMs: at("maintenance is off") - at("maintenance is on") };
}

const seconds = (milliseconds: number) => Math.round(milliseconds / 10) / 100;
