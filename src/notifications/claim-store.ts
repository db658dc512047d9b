import type { Instant } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import { claimAcrossCompanies } from "../db/claims.ts";
import type { Db } from "../db/connect.ts";
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

/** Takes what is due, up to `limit`. @param saturated companies that have as much in hand as they may */
export async function claimDueAcrossCompanies(
  db: Db,
  limit: number,
  saturated: readonly number[],
): Promise<{ claimed: Claimed[]; now: Instant }> {
  const { ids, takenOver, now } = await claimAcrossCompanies(db, "notification_deliveries", { limit, saturated });
  const rows = ids.length === 0 ? [] : await readClaimedAcrossCompanies(db, ids);
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
