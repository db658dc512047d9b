import { realpathSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { isDeepStrictEqual } from "node:util";
import type { Engine } from "../db/engine.ts";
import { sha256 } from "../ids.ts";
import { type Catalogue, fingerprint, readCatalogue } from "./catalogue.ts";
import { latestRuns, stepsOf } from "./journal.ts";
import { type PlannedRelease, PlanRefused } from "./plan.ts";
import { howToMakeANewOne, type PlanContent } from "./plan-file.ts";
import { type Subject, subjectOf } from "./subject.ts";
import { fileOf, nameOf, type Target } from "./target.ts";

/** A plan with everything that it depends on. */
export async function boundPlan(
  target: Target,
  releases: readonly PlannedRelease[],
  { to, contacts, stallLimitMilliseconds = null }: Pick<PlanContent, "to" | "contacts"> & Partial<PlanContent>,
): Promise<PlanContent> {
  const measured = await measuredTimes(target);
  return {
    madeAt: new Date().toISOString(),
    madeBy: `${userInfo().username}@${hostname()}`,
    to,
    stallLimitMilliseconds,
    database: { name: nameOf(target), engine: target.engine, identity: await identityOf(target) },
    fingerprint: fingerprint(await readCatalogue(target)),
    releases: releases.map(({ release, migrations, steps }) => ({
      release,
      migrations: migrations.map(({ id, checksum }) => ({ id, checksum })),
      statements: steps.map(({ name, up, down }) => ({
        name,
        up,
        down,
        lock: lockOf(subjectOf(up), up, target.engine),
        ...timeOf(subjectOf(up), measured.get(name)),
      })),
    })),
    contacts,
  };
}

/** @throws PlanRefused where the plan was made for another database */
export async function assertSameDatabase(target: Target, { database }: PlanContent, path: string): Promise<void> {
  if (database.identity === (await identityOf(target))) return;
  throw new PlanRefused(
    `${path} was made for another database, ${database.name} on another server or file. Plan here: \`frontdesk deploy plan --out FILE\`.`,
  );
}

/** Asked under the lock. @throws PlanRefused where the database or the program is not as it was */
export function assertStillFits(
  plan: PlanContent,
  releases: readonly PlannedRelease[],
  before: Catalogue,
  path: string,
): void {
  const stale = (what: string) =>
    new PlanRefused(`${path}: ${what} since the plan was made. ${howToMakeANewOne(path)}`);
  if (plan.fingerprint !== fingerprint(before)) throw stale("the database's structure has changed");
  const now = releases.map(({ release, migrations, steps }) => ({
    release,
    migrations: migrations.map(({ id, checksum }) => ({ id, checksum })),
    statements: steps.map(({ name, up, down }) => ({ name, up, down })),
  }));
  const then = plan.releases.map(({ statements, ...release }) => ({
    ...release,
    statements: statements.map(({ name, up, down }) => ({ name, up, down })),
  }));
  if (!isDeepStrictEqual(now, then)) throw stale("the program's migrations have changed");
}

/** The same database behind any address, and no other one. */
async function identityOf(target: Target): Promise<string> {
  if (target.engine === "sqlite") return sha256(JSON.stringify([hostname(), realpathSync(fileOf(target.url))]));
  const variables = target.engine === "mysql" ? "@@server_uuid" : "concat(@@hostname, ':', @@port, ':', @@datadir)";
  const [row] = await target.query<{ id: string }>(`select ${variables} as id`);
  return sha256(JSON.stringify([target.engine, row?.id, target.database]));
}

/** What each statement took in the newest run that knows it: in its rehearsal, or else for good. */
async function measuredTimes(target: Target): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const run of (await latestRuns(target, 20)).toReversed()) {
    for (const { name, milliseconds } of await stepsOf(target, run.id)) {
      if (milliseconds !== null) times.set(name, milliseconds);
    }
    const { statements = [] } = (run.notes.rehearsal ?? {}) as {
      statements?: { name: string; milliseconds: number }[];
    };
    for (const { name, milliseconds } of statements) times.set(name, milliseconds);
  }
  return times;
}

/** On tables without rows of note, as those of a new release are; what is measured goes before. */
const estimates: Record<Subject["kind"], number> = { table: 20, foreignKey: 40, column: 20, index: 30 };

function timeOf({ kind }: Subject, measured: number | undefined) {
  return measured === undefined
    ? { expectedMilliseconds: estimates[kind], basis: "estimated" as const }
    : { expectedMilliseconds: measured, basis: "measured" as const };
}

function lockOf(subject: Subject, up: string, engine: Engine): string {
  if (engine === "sqlite") return "the file: others read, and write once the run has ended";
  const parent = /references (\w+)/i.exec(up)?.[1];
  switch (subject.kind) {
    case "table":
      return `none on others: ${subject.table} is new${parent ? `; ${parent} for a moment` : ""}`;
    case "foreignKey":
      return `${subject.table} exclusively; ${parent}: waits for transactions that used it`;
    case "column":
      return `${subject.table} exclusively, for a moment`;
    case "index":
      return `${subject.table} exclusively at begin and end; reads and writes go on between`;
  }
}
