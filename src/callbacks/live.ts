import { setTimeout as sleep } from "node:timers/promises";
import { isoOf } from "../clock.ts";
import { type TailedEvent, tailEvents } from "../events/tail.ts";
import type { StreamContext, StreamItem } from "../http/route.ts";

const lookEveryMilliseconds = 1000;
const beatEveryMilliseconds = 15_000;

/** What happens to the company's callbacks, until the client goes. */
export async function* callbackChanges({ db, caller, lastEventId, signal }: StreamContext): AsyncGenerator<StreamItem> {
  const tail = await tailEvents(db, caller, { prefix: "callback.", after: markIn(lastEventId) });
  let quietMilliseconds = 0;
  while (!signal.aborted) {
    const events = await tail.next();
    for (const event of events) yield itemOf(event, tail.mark());
    quietMilliseconds = events.length > 0 ? 0 : quietMilliseconds + lookEveryMilliseconds;
    if (quietMilliseconds >= beatEveryMilliseconds) {
      quietMilliseconds = 0;
      yield "stillHere";
    }
    await sleep(lookEveryMilliseconds, undefined, { signal }).catch(() => {});
  }
}

/** What this never sent is no mark: the client begins anew. */
function markIn(lastEventId: string | null): number | null {
  return lastEventId !== null && /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : null;
}

/** The id is the tail's mark, not the event's: going on from the event's own would miss what is committed late. */
function itemOf({ id, type, subjectId, payload, occurredAt }: TailedEvent, mark: number): StreamItem {
  const change = payload as Record<string, unknown>;
  return {
    id: String(mark),
    event: type,
    data: { eventId: id, type, callbackId: Number(subjectId), occurredAt: isoOf(occurredAt), change },
  };
}
