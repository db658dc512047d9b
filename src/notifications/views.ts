import { type Instant, isoOf } from "../clock.ts";
import { masked, maskedText } from "../tenancy/contacts.ts";
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

/** Without the customer's address, nor the words that were sent: they hold it, and the link of the customer's page. */
export function withoutContacts(view: DeliveryView): DeliveryView {
  const { address, error } = view;
  return { ...view, address: address && masked(address), error: error && maskedText(error), content: null };
}

export type DeliveryView = ReturnType<typeof deliveryView>;
