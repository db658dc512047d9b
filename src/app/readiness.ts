import type { FastifyInstance } from "fastify";
import { sql } from "kysely";
import { acrossCompanies } from "../db/across-companies.ts";
import type { Db } from "../db/connect.ts";
import { appliedMigrations, countWorkers } from "../db/installation-watch.ts";
import { isRegistryMissing, registryOf } from "../db/maintenance.ts";
import { schemaMismatch } from "../db/migration.ts";
import { migrations } from "../db/migrations.ts";
import { Refusal } from "../errors.ts";
import type { Gate } from "../gate.ts";
import { problemOf, problemType } from "../http/problems.ts";

/** What was looked at, each with what was found; `unknown` where this process may not or cannot see it. */
interface Checks {
  readonly process: { readonly status: "ok" | "ending" };
  readonly database: Check;
  readonly schema: Check & { readonly release: string | null };
  readonly workers: Check & { readonly alive: number | null };
}
interface Check {
  readonly status: "ok" | "failed" | "unknown";
  /** What to do about it. */
  readonly reason?: string;
}

const seenWithinMilliseconds = 60_000;
const unseen = { status: "unknown", reason: "An earlier check failed." } as const;

/**
 * For load balancers, and for people who only have the address. A process is not ready while it ends, while its database does
 * not answer or while the schema is not the one it was made for. Without a worker it can still take requests: that is
 * told, and refused only where it is asked for.
 */
export function mountReadiness(app: FastifyInstance, db: Db, isDraining: () => boolean, gate?: Gate): void {
  app.get("/livez", () => ({ status: "ok" }));
  app.get<{ Querystring: { workers?: string } }>("/readyz", async (request, reply) => {
    const checks = await look(db, isDraining(), (error) =>
      app.log.warn({ err: error }, "The database does not answer"),
    );
    const closure = gate?.closure() ?? null;
    const refusal = closure?.code === "unavailable" ? closure.message : reasonIn(checks, request.query.workers);
    const isClosed =
      closure?.code === "maintenance" && checks.process.status === "ok" && checks.database.status === "ok";
    // Under maintenance a process stays ready: a load balancer that dropped them all would answer in their place.
    if (isClosed) return { status: "maintenance", checks };
    if (refusal !== null) {
      const problem = problemOf(new Refusal("unavailable", refusal), request.id);
      return reply
        .code(503)
        .type(problemType)
        .send({ ...problem, checks });
    }
    const status = checks.workers.status === "failed" ? "degraded" : "ok";
    return { status, checks, ...(gate?.isWatched() === false ? { maintenance: "unknown" } : {}) };
  });
}

function reasonIn({ process, database, schema, workers }: Checks, wanted: string | undefined): string | null {
  if (process.status === "ending") return "This process is about to end. Ask another one.";
  const needed = wanted === "required" ? [database, schema, workers] : [database, schema];
  return needed.find(({ status }) => status === "failed")?.reason ?? null;
}

async function look(db: Db, isEnding: boolean, onSilence: (error: unknown) => void): Promise<Checks> {
  const process = { status: isEnding ? "ending" : "ok" } as const;
  try {
    await sql`select 1`.execute(acrossCompanies(db));
  } catch (error) {
    onSilence(error);
    const reason = "The database does not answer. Look at the log of this process.";
    return {
      process,
      database: { status: "failed", reason },
      schema: { ...unseen, release: null },
      workers: { ...unseen, alive: null },
    };
  }
  return { process, database: { status: "ok" }, schema: await schemaOf(db), workers: await workersOf(db) };
}

async function schemaOf(db: Db): Promise<Checks["schema"]> {
  const applied = await seen(async () => appliedMigrations(await registryOf(db)));
  if (typeof applied === "string") return { status: "unknown", release: null, reason: applied };
  const release = applied.at(-1)?.release ?? null;
  const mismatch = schemaMismatch(applied, migrations);
  return mismatch === null ? { status: "ok", release } : { status: "failed", release, reason: mismatch };
}

async function workersOf(db: Db): Promise<Checks["workers"]> {
  const alive = await seen(async () => countWorkers(await registryOf(db), seenWithinMilliseconds));
  if (typeof alive === "string") return { status: "unknown", alive: null, reason: alive };
  if (alive > 0) return { status: "ok", alive };
  return {
    status: "failed",
    alive,
    reason: "No worker was seen within a minute: nothing is sent and no callback escalated. Start `frontdesk work`.",
  };
}

/** What stands beside the deployment's journal, or why it cannot be seen. */
async function seen<T>(read: () => Promise<T>): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    return isRegistryMissing(error)
      ? "No deployment was run here yet: there is no journal."
      : "This process may not read the deployment's journal: see its rights in docs/operating.md.";
  }
}
