import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import type { deliveryRecipients } from "../db/schema.ts";
import { type DeliveryEnd, emit } from "../events/outbox.ts";
import type { Tenant } from "../tenant.ts";
import type { Channel } from "./catalogue.ts";

/** What of a message is told to other systems: ids, and no people's data. */
interface Told {
  readonly id: number;
  readonly event: string;
  readonly channel: Channel;
  readonly recipientType: (typeof deliveryRecipients)[number];
  readonly recipientId: string;
  readonly appointmentId: number | null;
  readonly callbackId: number | null;
  readonly attempts: number;
}

/** Whether any other system of the company is told of anything: only then its messages make events. */
export async function hasListeners(db: Db, tenant: Tenant): Promise<boolean> {
  const query = db.of(tenant).selectFrom("webhook_endpoints").select("id").where("is_enabled", "=", true).limit(1);
  return (await query.executeTakeFirst()) !== undefined;
}

/** In the transaction that writes the end down, once it is sure that it is this one's to write. */
export async function tellOfDelivery(
  tx: Tx,
  tenant: Tenant,
  delivery: Told,
  end: { readonly status: DeliveryEnd; readonly errorCode: string | null; readonly fallsBack: boolean },
  now: Instant,
): Promise<void> {
  const { id, event, channel, recipientType, recipientId, appointmentId, callbackId, attempts } = delivery;
  const { status, errorCode, fallsBack } = end;
  const isPerson = recipientType === "customer" || recipientType === "staff";
  await emit(
    tx,
    tenant,
    {
      type: `delivery.${status}`,
      deliveryId: id,
      notification: event,
      channel,
      recipient: { type: recipientType, id: isPerson ? recipientId : null },
      about: { appointmentId, callbackId },
      attempts,
      errorCode,
      isDeadLetter: status !== "sent" && status !== "delivered" && !fallsBack,
      actor: { type: "system", id: null },
    },
    now,
  );
}
