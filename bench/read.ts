import { connect } from "../src/db/connect.ts";
import { issueApiKey } from "../src/tenancy/api-keys.ts";
import { aCompany, anAppointment } from "../test/factories.ts";
import { startDatabase } from "./database.ts";
import { median } from "./median.ts";
import { runProcess, type ServerProcess, startProcess } from "./processes.ts";
import type { ReadLoad, ReadResult } from "./read-load.ts";
import type { BenchTable } from "./table.ts";

const connections = 32;
const appointments = 500;
const warmUp = 8000;
const amount = 15_000;
const rounds = 5;
const share = 0.7;

/** Reading one appointment over HTTP on MySQL, held against routes that only send the same queries. */
export async function benchRead(): Promise<BenchTable> {
  const database = await startDatabase("mysql");
  const db = await connect(database.url);
  const servers: ServerProcess[] = [];
  try {
    const company = await aCompany(db);
    const ids = [];
    for (let count = 0; count < appointments; count++) ids.push(await anAppointment(db, company));
    const { key } = await issueApiKey(db, company, { name: "bench", scopes: ["appointments:read"], expiresAt: null });
    const paths = ids.map((id) => `/api/v1/appointments/${id}`);
    const environment = {
      DATABASE_URL: database.url,
      RATE_LIMIT_PER_MINUTE: "1000000000",
      DRAIN_SECONDS: "0",
      LOG_LEVEL: "silent",
    };
    const bare = ["bench/read-bare.ts", database.url, String(company.companyId)];
    servers.push(await startProcess(["bin/frontdesk", "serve"], environment));
    servers.push(await startProcess([...bare, "authenticated"], {}), await startProcess(bare, {}));
    const ask = async (server: ServerProcess, count: number, perSecond: number | null) => {
      const load: ReadLoad = { url: server.url, key, paths, amount: count, connections, perSecond };
      const before = server.cpuMs();
      const result = await runProcess<ReadResult>("bench/read-load.ts", load);
      const cpuMs = (server.cpuMs() - before) / count;
      if (result.answered !== count)
        throw new Error(`Of ${count} requests ${result.answered} were answered with success.`);
      return { ...result, cpuMs };
    };
    for (const server of servers) await ask(server, warmUp, null);
    const full: Measured[][] = servers.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, server] of servers.entries()) full[index]?.push(await ask(server, amount, null));
    }
    const rates = full.map((results) => median(results.map(({ perSecond }) => perSecond)));
    const shares = full.map((results) =>
      median(results.map(({ perSecond }, round) => (full[0]?.[round]?.perSecond ?? 0) / perSecond)),
    );
    const eased: ReadResult[] = [];
    for (const [index, server] of servers.entries()) {
      const perSecond = Math.round((rates[index] ?? 0) * share);
      eased.push(await ask(server, perSecond * 10, perSecond));
    }
    const names = ["Frontdesk", "bare route, key and appointment", "bare route, appointment alone"];
    return {
      name: `read: GET of an appointment with a key, ${database.name}, ${connections} connections`,
      columns: [
        "what",
        "requests/s",
        "Frontdesk's share of it",
        "p50, ms",
        "p99, ms",
        "its CPU, ms",
        `p99 at ${share * 100} %, ms`,
      ],
      rows: names.map((name, index) => [
        name,
        Math.round(rates[index] ?? 0),
        round(shares[index] ?? 0),
        round(median((full[index] ?? []).map(({ p50Ms }) => p50Ms))),
        round(median((full[index] ?? []).map(({ p99Ms }) => p99Ms))),
        round(median((full[index] ?? []).map(({ cpuMs }) => cpuMs))),
        round(eased[index]?.p99Ms ?? 0),
      ]),
      note:
        `Median of ${rounds} rounds in turns, ${amount} requests each, over ${appointments} appointments; server, database and load ` +
        "generator share the machine. The bare routes send the very queries, prepared, and the row as JSON: no limits, no " +
        `headers, no schema. The last column: 10 s at ${share * 100} % of that server's own rate, sent evenly, each counted from when it was due.`,
    };
  } finally {
    for (const server of servers) await server.stop();
    await db.close();
    await database.stop();
  }
}

interface Measured extends ReadResult {
  /** Of the server's process, for one request. */
  readonly cpuMs: number;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
