import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { readHostChangesAcrossCompanies } from "../src/appointments/read-host-changes.ts";
import { instantOf } from "../src/clock.ts";
import { acrossCompanies } from "../src/db/across-companies.ts";
import { connect } from "../src/db/connect.ts";
import { transaction } from "../src/db/transaction.ts";

/** A process that reads platforms' changes without a pause, until it is killed, or once. */
const [url = "", how] = process.argv.slice(2);
const db = await connect(url, { connections: 4 });
const log = pino();
const { signal } = new AbortController();
do {
  await transaction(db, (tx) =>
    acrossCompanies(tx)
      .updateTable("appointment_readings")
      .set({ next_at: instantOf(0) })
      .execute(),
  );
  await readHostChangesAcrossCompanies({ db, log, signal });
  await sleep(10);
} while (how !== "once");
await db.close();
