import { openCallback } from "../callbacks/open.ts";
import { completeCallback, contactCallback, recordFailedAttempt } from "../callbacks/work.ts";
import type { Db } from "../db/connect.ts";
import { callbackOutcomes } from "../db/schema.ts";
import type { Places } from "./seed.ts";
import type { Happening } from "./timeline.ts";

const hourMs = 3_600_000;
const priorities = ["normal", "high", "normal", "urgent"] as const;
const count = 24;
/** Opened six days ago, and nobody has called since. */
const forgotten = count - 9;

/** Callbacks of the last weeks: most were kept, some late, one was forgotten, and the latest wait. */
export function callbacksOf(db: Db, places: Places, nowMs: number): Happening[] {
  return Array.from({ length: count }, (_, number) => callbackOf(db, places, nowMs, number)).flat();
}

function callbackOf(db: Db, places: Places, nowMs: number, number: number): Happening[] {
  const { caller } = places;
  let id = 0;
  let atMs = nowMs - (count - number) * 17 * hourMs + hourMs;
  const steps: Happening[] = [];
  const after = (hours: number, happen: () => Promise<unknown>) => {
    atMs += hours * hourMs;
    steps.push({ atMs, happen });
  };
  after(0, async () => {
    id = (await openCallback(db, caller, wishOf(places, number))).id;
  });
  if (number >= count - 4 || number === forgotten) return steps;
  after((number % 5) + 0.5, () => contactCallback(db, caller, id));
  if (number % 6 === 4) {
    after(0.1, () => recordFailedAttempt(db, caller, id, { notes: "Mailbox" }));
    after(1, () => contactCallback(db, caller, id));
  }
  const outcome = number % 9 === 8 ? callbackOutcomes[3] : callbackOutcomes[0];
  after(0.1, () => completeCallback(db, caller, id, { outcome, notes: null }));
  return steps;
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
    notes: number % 3 === 0 ? "Möchte lieber an einem anderen Tag kommen" : null,
    decisionId: null,
  };
}
