import { DatabaseSync } from "node:sqlite";
import type { TestProject } from "vitest/node";
import { assertTestDatabase, flavourOf, wantedEngines } from "./engines.ts";
import { type Server, type ServerEngine, startMariadb, startMysql, versionOf } from "./server.ts";
import { makeTemplate } from "./template.ts";

export interface TestServer {
  url: string;
  version: string;
}

export interface TestEngines {
  sqlite: boolean;
  mariadb: TestServer | null;
  mysql: TestServer | null;
}

declare module "vitest" {
  interface ProvidedContext {
    engines: TestEngines;
  }
}

const starters = { mariadb: startMariadb, mysql: startMysql };

export default async function setup(project: TestProject) {
  delete process.env.DATABASE_URL;
  const wanted = wantedEngines(process.env.FRONTDESK_TEST_DATABASES);
  const engines: TestEngines = { sqlite: wanted.includes("sqlite"), mariadb: null, mysql: null };

  const givenUrl = process.env.FRONTDESK_TEST_MYSQL_URL;
  if (givenUrl) {
    assertTestDatabase(givenUrl);
    const version = await versionOf(givenUrl).catch((cause) => {
      throw new Error("The server at FRONTDESK_TEST_MYSQL_URL does not answer.", { cause });
    });
    engines[flavourOf(version)] = { url: givenUrl, version };
  }

  const missing = wanted.filter((engine) => engine !== "sqlite").filter((engine) => engines[engine] === null);
  const started = await startAll(missing);
  for (const { engine, url, version } of started) engines[engine] = { url, version };

  project.provide("engines", engines);
  const { template, remove } = await makeTemplate(engines);
  project.provide("template", template);
  console.log(`engines: ${describe(engines)}`);
  return async () => {
    remove();
    await Promise.all(started.map((server) => server.stop()));
  };
}

/** Without a server its tests are left out, loudly; CI leaves nothing out. */
async function startAll(engines: ServerEngine[]): Promise<Server[]> {
  const attempts = await Promise.allSettled(engines.map((engine) => starters[engine]()));
  const started = attempts.flatMap((attempt) => (attempt.status === "fulfilled" ? [attempt.value] : []));
  const reasons = attempts.flatMap((attempt) => (attempt.status === "rejected" ? [String(attempt.reason)] : []));
  if (reasons.length === 0) return started;

  if (process.env.CI === "true") {
    await Promise.all(started.map((server) => server.stop()));
    throw new Error(`With CI=true every engine must run.\n${reasons.join("\n")}`);
  }
  for (const reason of reasons) console.error(`TESTS ARE LEFT OUT. ${reason}`);
  return started;
}

function describe({ sqlite, mariadb, mysql }: TestEngines): string {
  const short = (server: TestServer) => server.version.match(/^[\d.]+/)?.[0];
  return [
    sqlite ? `SQLite ${sqliteVersion()}` : "no SQLite",
    mariadb ? `MariaDB ${short(mariadb)}` : "NO MARIADB",
    mysql ? `MySQL ${short(mysql)}` : "NO MYSQL",
  ].join(" · ");
}

function sqliteVersion(): unknown {
  using db = new DatabaseSync(":memory:");
  return db.prepare("select sqlite_version() as version").get()?.version;
}
