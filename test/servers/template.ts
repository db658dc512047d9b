import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { allTables } from "../../src/db/schema.ts";
import { migrate } from "../../src/deploy/run.ts";
import { openTarget } from "../../src/deploy/target.ts";

/** What a test file's database is copied from: made once a run by deploying every migration. */
export interface Template {
  sqliteFile: string;
  createTables: Record<"mariadb" | "mysql", string[]>;
}

declare module "vitest" {
  interface ProvidedContext {
    template: Template;
  }
}

/** @param servers the servers of this run, by flavour */
export async function makeTemplate(
  servers: Record<"mariadb" | "mysql", { url: string } | null>,
): Promise<{ template: Template; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-template-"));
  const sqliteFile = join(folder, "template.db");
  await migrateAt(`sqlite:${sqliteFile}`);
  const createTables = { mariadb: [] as string[], mysql: [] as string[] };
  for (const engine of ["mariadb", "mysql"] as const) {
    const server = servers[engine];
    if (server) createTables[engine] = await statementsOf(server.url);
  }
  return { template: { sqliteFile, createTables }, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

async function migrateAt(url: string): Promise<void> {
  const target = await openTarget(url);
  try {
    await migrate(target);
  } finally {
    await target.close();
  }
}

async function statementsOf(serverUrl: string): Promise<string[]> {
  const name = `frontdesk_template_${process.pid}_test`;
  const url = new URL(serverUrl);
  url.pathname = "/";
  const connection = await createConnection(url.href);
  await connection.query(`create database ${name} character set utf8mb4`);
  url.pathname = `/${name}`;
  try {
    await migrateAt(url.href);
    await connection.query(`use ${name}`);
    const statements: string[] = [];
    for (const table of allTables) {
      const [rows] = await connection.query(`show create table ${table.name}`);
      statements.push((rows as Record<string, string>[])[0]?.["Create Table"] ?? "");
    }
    return statements;
  } finally {
    await connection.query(`drop database if exists ${name}`);
    await connection.query(`drop database if exists ${name}_frontdesk`);
    await connection.end();
  }
}
