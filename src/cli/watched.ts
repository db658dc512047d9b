import { readFileSync } from "node:fs";
import { type Connection, connect } from "../db/connect.ts";
import type { ThisProcess } from "../db/maintenance.ts";
import { type WatchOptions, watchMaintenance } from "../db/maintenance-watch.ts";
import type { Gate } from "../gate.ts";

/** Runs what serves or works behind a gate that maintenance closes, registered for as long as it runs. */
export async function watched(
  kind: ThisProcess["kind"],
  { db, databaseUrl, log }: { db: Connection; databaseUrl: string; log: WatchOptions["log"] },
  work: (gate: Gate) => Promise<void>,
): Promise<void> {
  const watch = await watchMaintenance({
    kind,
    version: programVersion(),
    log,
    // SQLite has one writer: a second connection in this process would only get in the first one's way.
    connect: async () =>
      db.engine === "sqlite" ? { ...db, close: async () => {} } : connect(databaseUrl, { connections: 1 }),
  });
  try {
    await work(watch.gate);
  } finally {
    await watch.stop();
  }
}

function programVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return String(version);
}
