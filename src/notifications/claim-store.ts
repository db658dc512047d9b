import { type Instant, plusMilliseconds } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import type { Tenant } from "../tenant.ts";
import type { Channel, NotificationEvent } from "./catalogue.ts";
import type { Payload } from "./payloads.ts";
import type { recipientTypes } from "./route.ts";

/** A delivery that this process may send until its lease ends. */
export interface Claimed extends Tenant {
  readonly id: number;
  readonly publicId: string;
  readonly eventId: number;
  readonly event: NotificationEvent;
  readonly recipientType: (typeof recipientTypes)[number];
  readonly recipientId: string;
  readonly recipientName: string;
  readonly channel: Channel;
  readonly address: string;
  readonly locale: string;
  readonly template: string | null;
  readonly payload: Payload;
  readonly fallbackChannel: Channel | null;
  readonly fallbackAddress: string | null;
  readonly attempts: number;
  readonly retriesLeft: number;
  readonly retryDelayMinutes: number;
  readonly isAmbiguous: boolean;
  readonly dueAt: Instant;
  readonly notAfter: Instant | null;
  readonly appointmentId: number | null;
  readonly callbackId: number | null;
  /** As the appointment is now; null where it is gone or there is none. */
  readonly appointment: { readonly status: string; readonly startsAt: Instant } | null;
  /** A process died, or lost the database, while it was sending this. */
  readonly wasTakenOver: boolean;
}

/** More than twice as long as a provider may take. */
export const leaseMilliseconds = 90_000;

/**
 * Takes what is due, up to `limit`: `next_at` is when it may be sent, or, while it is being sent, when the lease ends;
 * so one look into one index finds both, however many rows are stored.
 * @param saturated companies that have as much in hand as they may
 */
export async function claimDueAcrossCompanies(
  db: Db,
  limit: number,
  saturated: readonly number[],
): Promise<{ claimed: Claimed[]; now: Instant }> {
  const { taken, now } = await transaction(db, async (tx) => {
    const now = await currentTime(tx);
    let due = acrossCompanies(tx)
      .selectFrom("notification_deliveries")
      .select(["id", "status"])
      .where("next_at", "<=", now)
      .orderBy("next_at")
      .limit(limit);
    if (saturated.length > 0) due = due.where("company_id", "not in", saturated);
    const taken = await (tx.engine === "sqlite" ? due : due.forUpdate().skipLocked()).execute();
    const idsOf = (isSending: boolean) =>
      taken.filter(({ status }) => (status === "sending") === isSending).map(({ id }) => id);
    for (const wasSending of [false, true]) {
      const ids = idsOf(wasSending);
      if (ids.length === 0) continue;
      await acrossCompanies(tx)
        .updateTable("notification_deliveries")
        .set((eb) => ({
          status: "sending" as const,
          attempts: eb("attempts", "+", 1),
          next_at: plusMilliseconds(now, leaseMilliseconds),
          updated_at: now,
          ...(wasSending ? { is_ambiguous: true } : {}),
        }))
        .where("id", "in", ids)
        .execute();
    }
    return { taken, now };
  });
  if (taken.length === 0) return { claimed: [], now };
  const takenOver = new Set(taken.filter(({ status }) => status === "sending").map(({ id }) => id));
  const rows = await readClaimedAcrossCompanies(
    db,
    taken.map(({ id }) => id),
  );
  return { claimed: rows.map((row) => ({ ...row, wasTakenOver: takenOver.has(row.id) })), now };
}

async function readClaimedAcrossCompanies(db: Db, ids: readonly number[]): Promise<Omit<Claimed, "wasTakenOver">[]> {
  const rows = await acrossCompanies(db)
    .selectFrom("notification_deliveries as d")
    .leftJoin("appointments as a", "a.id", "d.appointment_id")
    .select([
      "d.id",
      "d.company_id as companyId",
      "d.public_id as publicId",
      "d.event_id as eventId",
      "d.event_type",
      "d.recipient_type as recipientType",
      "d.recipient_id as recipientId",
      "d.recipient_name as recipientName",
      "d.channel",
      "d.address",
      "d.locale",
      "d.template",
      "d.payload",
      "d.fallback_channel as fallbackChannel",
      "d.fallback_address as fallbackAddress",
      "d.attempts",
      "d.retries_left as retriesLeft",
      "d.retry_delay_minutes as retryDelayMinutes",
      "d.is_ambiguous as isAmbiguous",
      "d.due_at as dueAt",
      "d.not_after as notAfter",
      "d.appointment_id as appointmentId",
      "d.callback_id as callbackId",
      "a.status as appointmentStatus",
      "a.starts_at as appointmentStartsAt",
      "a.deleted_at as appointmentDeletedAt",
    ])
    .where("d.id", "in", [...ids])
    .where("d.status", "=", "sending")
    .execute();
  return rows.map(({ event_type, appointmentStatus, appointmentStartsAt, appointmentDeletedAt, ...row }) => ({
    ...row,
    event: event_type as NotificationEvent,
    address: row.address ?? "",
    payload: row.payload as unknown as Payload,
    appointment:
      appointmentStatus === null || appointmentStartsAt === null || appointmentDeletedAt !== null
        ? null
        : { status: appointmentStatus, startsAt: appointmentStartsAt },
  }));
}
