import { actorTypes } from "../../tenant.ts";
import {
  bigint,
  boolean,
  code,
  defaulted,
  generated,
  id,
  instant,
  integer,
  type JsonValue,
  json,
  oneOf,
  optional,
  owner,
  reference,
  text,
} from "../columns.ts";
import { table } from "../table.ts";
import { initiators, modificationTypes } from "./core.ts";

/** Where the platform keeps its appointments itself: that it does, and the changes that wait for it. */

export const appointmentOwners = ["frontdesk", "host"] as const;
export type AppointmentOwner = (typeof appointmentOwners)[number];
export const reservationStatuses = ["reserved", "confirmed", "expired", "withdrawn"] as const;
export type ReservationStatus = (typeof reservationStatuses)[number];

const timestamps = { created_at: instant(), updated_at: instant() };
const ofCompany = { company_id: ["companies(id)", "cascade"] } as const;

/** Beside company_settings, whose version counts for both; a company without a row has the defaults. */
export const appointmentSettings = table(
  "appointment_settings",
  {
    id: id(),
    company_id: owner(),
    appointment_owner: defaulted(oneOf(appointmentOwners), "frontdesk"),
    reservation_minutes: defaulted(integer(1, 1440), 15),
    ...timestamps,
  },
  { unique: { company: ["company_id"] }, foreign: ofCompany },
);

/** A change that was decided and that the platform has yet to make; one at a time for each appointment. */
export const appointmentReservations = table(
  "appointment_reservations",
  {
    id: id(),
    company_id: owner(),
    appointment_id: reference<number>("appointments.id"),
    customer_id: reference<number>("customers.id"),
    modification_type: oneOf(modificationTypes),
    status: defaulted(oneOf(reservationStatuses), "reserved"),
    is_open: generated<number | null>(
      { server: "tinyint", sqlite: "INTEGER" },
      "case when status = 'reserved' then 1 end",
    ),
    decision_id: bigint(),
    modification_id: optional(bigint()),
    initiated_by: oneOf(initiators),
    within_policy: boolean(),
    fee_cents: integer(0, 2_000_000_000),
    currency: code(3),
    reason: optional(text()),
    actor_type: oneOf(actorTypes),
    actor_id: optional(code(36)),
    counts_toward_quota: boolean(),
    metadata: json<JsonValue>(),
    starts_at: optional(instant()),
    ends_at: optional(instant()),
    staff_id: optional(reference<string>("staff.id")),
    expires_at: instant(),
    settled_at: optional(instant()),
    ...timestamps,
  },
  {
    unique: { appointment: ["company_id", "appointment_id", "is_open"] },
    index: {
      company_customer: ["company_id", "customer_id", "is_open"],
      company_staff: ["company_id", "staff_id", "is_open"],
      due: ["is_open", "expires_at"],
      appointment: ["appointment_id"],
      customer: ["customer_id"],
      staff: ["staff_id"],
    },
    foreign: {
      ...ofCompany,
      appointment_id: ["appointments(id)", "cascade"],
      customer_id: ["customers(id)", "cascade"],
      staff_id: ["staff(id)", "set null"],
    },
  },
);

export const reservationTables = [appointmentSettings, appointmentReservations] as const;
