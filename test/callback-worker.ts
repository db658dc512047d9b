import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { escalateDueAcrossCompanies } from "../src/callbacks/escalate.ts";
import { openCallback } from "../src/callbacks/open.ts";
import { connect } from "../src/db/connect.ts";
import { callerOf } from "./factories.ts";

/** A process of a race: sweeps until it is killed, or opens a callback for each line and answers with its id. */
const [url = "", task] = process.argv.slice(2);
const db = await connect(url, { connections: 4 });
console.log("ready");
if (task === "sweep") {
  const sweep = { db, log: { error: (error: unknown) => console.error(error) }, signal: new AbortController().signal };
  for (;;) if ((await escalateDueAcrossCompanies(sweep)) === 0) await sleep(50);
}
for await (const line of createInterface(process.stdin)) {
  const { companyId, branchId, phoneNumber } = JSON.parse(line);
  const wish = { branchId, phoneNumber, customerName: "Petra", preferredWindow: null, priority: "normal" } as const;
  const { id, isNew } = await openCallback(db, callerOf(companyId), { ...wish, notes: null, decisionId: null });
  console.log(JSON.stringify({ id, isNew }));
}
await db.close();
