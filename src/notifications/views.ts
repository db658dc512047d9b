import { type Instant, isoOf } from "../clock.ts";
import type { NotificationEvent } from "./catalogue.ts";
import type { DeliveryRow } from "./delivery-store.ts";

/** What goes over the wire. */
export function deliveryView({ payload: _, event, content, ...row }: DeliveryRow) {
  const iso = (instant: Instant | null) => instant && isoOf(instant);
  return {
    ...row,
    event: event as NotificationEvent,
    content: content as { subject: string | null; text: string } | null,
    dueAt: isoOf(row.dueAt),
    notAfter: iso(row.notAfter),
    nextAt: iso(row.nextAt),
    sentAt: iso(row.sentAt),
    finishedAt: iso(row.finishedAt),
    createdAt: isoOf(row.createdAt),
  };
}
export type DeliveryView = ReturnType<typeof deliveryView>;
