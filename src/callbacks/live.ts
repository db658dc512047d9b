import { isoOf } from "../clock.ts";
import { followEvents } from "../events/follow.ts";
import type { TailedEvent } from "../events/tail.ts";
import type { StreamContext, StreamItem } from "../http/route.ts";
import { reachesPlace } from "../tenancy/reach.ts";
import type { Tenant } from "../tenant.ts";

const beatEveryMilliseconds = 15_000;

/** What happens to the company's callbacks, until the client goes. */
export async function* callbackChanges({ db, caller, lastEventId, signal }: StreamContext): AsyncGenerator<StreamItem> {
  const after = markIn(lastEventId);
  const options = { prefix: "callback.", after, quietMilliseconds: beatEveryMilliseconds, signal };
  for await (const followed of followEvents(db, caller, options)) {
    // What is out of reach is a sign of life too: proxies cut a connection on which nothing comes.
    const isShown = followed !== null && concerns(followed.event, caller);
    yield isShown ? itemOf(followed.event, followed.mark) : "stillHere";
  }
}

/** As the callback was after the change; whoever had it before is told that it went to somebody else. */
function concerns({ payload }: TailedEvent, { reach }: Tenant): boolean {
  const { branchId, assignedTo, from, escalatedFrom } = payload as Record<string, string | null | undefined>;
  const holders = [assignedTo, from, escalatedFrom];
  return holders.some((staffId) => reachesPlace(reach, { branchId: branchId ?? null, staffId: staffId ?? null }));
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
