import type { Target } from "../target.ts";
import { grownBy } from "./look-figures.ts";
import type { Limits, Look, NotChecked, Sighting } from "./sighting.ts";

const shared = "the server's figures are of all its databases";

/** What a server says of itself: slow queries, connections, memory. Nothing on SQLite. */
export function serverLook(target: Target, limits: Limits): { look: Look; notChecked: () => NotChecked[] } {
  const { engine } = target;
  if (engine === "sqlite") {
    const why = "SQLite has no server";
    const all = (["slow queries", "connections", "memory"] as const).map((check) => ({ check, why }));
    return { look: async () => [], notChecked: () => all };
  }
  let last: { slow: number; at: number } | null = null;
  let firstBytes: number | null = null;
  let isSilentAboutMemory = false;
  const look = async () => {
    const { slow, connected, allowed } = await statusOf(target);
    const at = performance.now();
    const sightings = [connections(connected, allowed, limits)];
    if (last !== null) sightings.push(slowQueries(slow - last.slow, at - last.at, limits));
    last = { slow, at };
    const bytes = isSilentAboutMemory ? null : await memoryOf(target);
    isSilentAboutMemory = bytes === null;
    firstBytes ??= bytes;
    if (bytes !== null && firstBytes !== null) sightings.push(grownBy(`${engine} server`, bytes - firstBytes, limits));
    return sightings;
  };
  const silent: NotChecked = { check: "memory", why: "the server does not say how much it holds" };
  return { look, notChecked: () => (isSilentAboutMemory ? [silent] : []) };
}

function connections(connected: number, allowed: number, { connectionPercent: most }: Limits): Sighting {
  const percent = Math.round((100 * connected) / allowed);
  const wrong =
    percent > most ? `${connected} of ${allowed} connections are open, ${percent} % (at most ${most} %)` : null;
  return { check: "connections", subject: "server", wrong, notMendable: shared };
}

function slowQueries(count: number, milliseconds: number, { slowQueriesPerMinute: most }: Limits): Sighting {
  const perMinute = Math.round((Math.max(0, count) * 60_000) / Math.max(1, milliseconds));
  const wrong = perMinute > most ? `${perMinute} slow queries a minute (at most ${most})` : null;
  return { check: "slow queries", subject: "server", wrong, notMendable: shared };
}

async function statusOf(target: Target) {
  const rows = await target.query<{ Variable_name: string; Value: string }>(
    "show global status where variable_name in ('Slow_queries', 'Threads_connected')",
  );
  const value = (name: string) => Number(rows.find((row) => row.Variable_name === name)?.Value ?? 0);
  const [row] = await target.query<{ allowed: number }>("select @@max_connections as allowed");
  return { slow: value("Slow_queries"), connected: value("Threads_connected"), allowed: Number(row?.allowed ?? 1) };
}

/** Null where the server does not count it, or not for this user. */
async function memoryOf(target: Target): Promise<number | null> {
  const sql =
    target.engine === "mysql"
      ? "select total_allocated as bytes from sys.x$memory_global_total"
      : "select variable_value as bytes from information_schema.global_status where variable_name = 'Memory_used'";
  const rows = await target.query<{ bytes: number | string }>(sql).catch((error: { errno?: number }) => {
    if (denials.has(error.errno ?? 0)) return [];
    throw error;
  });
  return Number(rows[0]?.bytes ?? 0) || null;
}

/** Access denied, or no such table, schema or view: what is not there or not for us. */
const denials: ReadonlySet<number> = new Set([1044, 1049, 1109, 1142, 1143, 1146, 1227, 1356]);
