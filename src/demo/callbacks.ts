import { escalateDueAcrossCompanies } from "../callbacks/escalate.ts";
import { openCallback } from "../callbacks/open.ts";
import { completeCallback, contactCallback, recordFailedAttempt } from "../callbacks/work.ts";
import { type Instant, type MovableClock, plusMilliseconds } from "../clock.ts";
import type { Db } from "../db/connect.ts";
import { callbackOutcomes } from "../db/schema.ts";
import type { Places } from "./seed.ts";

const hourMs = 3_600_000;
const priorities = ["normal", "high", "normal", "urgent"] as const;
const count = 24;

/** Callbacks of the last weeks: most were kept, some late, and the latest wait, a few of them overdue. */
export async function promiseCallbacks(db: Db, clock: MovableClock, places: Places, now: Instant): Promise<void> {
  const { signal } = new AbortController();
  const sweep = { db, signal, log: { error: (error: unknown) => Promise.reject(error) } };
  for (let number = 0; number < count; number++) {
    const openedAt = plusMilliseconds(now, -(count - number) * 17 * hourMs + hourMs);
    clock.moveTo(openedAt);
    const { id } = await openCallback(db, places.caller, wishOf(places, number));
    if (number >= count - 4) continue;
    clock.advance(((number % 5) + 0.5) * hourMs);
    await contactCallback(db, places.caller, id);
    clock.advance(0.1 * hourMs);
    if (number % 6 === 4) {
      await recordFailedAttempt(db, places.caller, id, { notes: "Mailbox" });
      clock.advance(hourMs);
      await contactCallback(db, places.caller, id);
    }
    const outcome = number % 9 === 8 ? callbackOutcomes[3] : callbackOutcomes[0];
    await completeCallback(db, places.caller, id, { outcome, notes: null });
  }
  clock.moveTo(now);
  await escalateDueAcrossCompanies(sweep);
}

/** Numbers come from a range that is kept free for fiction. */
function wishOf({ branches, customers, services }: Places, number: number) {
  const branch = branches[number % branches.length];
  return {
    branchId: branch?.id ?? "",
    customerId: customers[(number * 5) % customers.length] ?? 0,
    serviceId: services[number % services.length] ?? 0,
    phoneNumber: `+493023125${String(700 + number)}`,
    preferredWindow: null,
    priority: priorities[number % priorities.length] ?? "normal",
    notes: number % 3 === 0 ? "Would like to come on another day" : null,
    decisionId: null,
  };
}
