import { createInterface } from "node:readline";
import { cancelAppointment } from "../src/appointments/cancel.ts";
import { rescheduleAppointment } from "../src/appointments/reschedule.ts";
import { confirmReservation, expireReservationsAcrossCompanies } from "../src/appointments/settle.ts";
import { parseInstant } from "../src/clock.ts";
import { connect } from "../src/db/connect.ts";
import { Refusal } from "../src/errors.ts";
import { countTry } from "../src/people/failures.ts";
import { removeUser } from "../src/people/users.ts";
import { byCustomer, callerOf } from "./factories.ts";

/** A process of a race: does each line's jobs at once and answers with their codes. */
interface Round {
  readonly companyId: number;
  readonly cancel?: readonly number[];
  readonly confirm?: number;
  readonly expire?: boolean;
  /** Who is tried to be, from the same address of the net, four times. */
  readonly guess?: string;
  /** A user to be taken out. */
  readonly remove?: number;
  readonly move?: { readonly id: number; readonly startsAt: string; readonly staffId: string };
}

const db = await connect(process.argv[2] ?? "", { connections: 8 });
console.log("ready");
for await (const line of createInterface(process.stdin)) {
  const { companyId, cancel = [], move, confirm, expire, guess, remove } = JSON.parse(line) as Round;
  const caller = callerOf(companyId);
  const jobs: Promise<{ code: string }>[] = cancel.map((id) => cancelAppointment(db, caller, id, byCustomer()));
  if (move) {
    const { id, startsAt, staffId } = move;
    jobs.push(rescheduleAppointment(db, caller, id, { ...byCustomer(), startsAt: parseInstant(startsAt), staffId }));
  }
  if (confirm) jobs.push(confirmReservation(db, caller, confirm).then(({ status }) => ({ code: status })));
  if (expire) jobs.push(expireReservationsAcrossCompanies(db).then((count) => ({ code: `expired ${count}` })));
  if (guess)
    jobs.push(...Array.from({ length: 4 }, () => countTry(db, "10.0.0.1", guess).then(() => ({ code: "checked" }))));
  if (remove) jobs.push(removeUser(db, caller, remove, null).then(() => ({ code: "removed" })));
  const settled = await Promise.allSettled(jobs);
  console.log(JSON.stringify(settled.map((job) => (job.status === "fulfilled" ? job.value.code : codeOf(job.reason)))));
}
await db.close();

function codeOf(reason: unknown): string {
  return reason instanceof Refusal ? reason.code : String(reason);
}
