import { plusMilliseconds } from "../clock.ts";
import type { Db } from "../db/connect.ts";
import type { DeliveryStatus } from "../db/schema.ts";
import { transaction } from "../db/transaction.ts";
import type { Caller } from "../tenant.ts";

/** The month's messages were planned while nobody was to be told: what would have come of them, had they been sent. */
export async function imagineDeliveries(db: Db, caller: Caller): Promise<void> {
  const planned = await db
    .of(caller)
    .selectFrom("notification_deliveries as d")
    .innerJoin("domain_events as e", "e.id", "d.event_id")
    .select(["d.id", "d.channel", "e.occurred_at as at"])
    .where("d.status", "=", "skipped")
    .where("d.channel", "in", ["email", "sms"])
    .orderBy("d.id")
    .execute();
  await transaction(db, async (tx) => {
    for (const [number, { id, channel, at }] of planned.entries()) {
      const over = plusMilliseconds(at, 2000);
      const outcome = channel === "email" ? mailOutcome(number) : smsOutcome(number);
      const times = { due_at: at, sent_at: over, finished_at: over, created_at: at, updated_at: over };
      await tx
        .of(caller)
        .updateTable("notification_deliveries")
        .set({ reason: null, provider: "mailbox", attempts: 1, ...times, ...outcome })
        .where("id", "=", id)
        .execute();
    }
  });
}

interface Outcome {
  readonly status: DeliveryStatus;
  readonly last_error_code?: string;
  readonly has_fallen_back?: boolean;
}

function mailOutcome(number: number): Outcome {
  return number % 37 === 5 ? { status: "bounced", last_error_code: "550", has_fallen_back: true } : { status: "sent" };
}

function smsOutcome(number: number): Outcome {
  if (number % 89 === 7) return { status: "failed", last_error_code: "30003" };
  return { status: number % 13 === 2 ? "sent" : "delivered" };
}
