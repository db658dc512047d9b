import { bigint, boolean, code, defaulted, id, instant, optional, owner, reference } from "../columns.ts";
import { table } from "../table.ts";

/** What we have read of appointments that a platform books and changes by itself. */

const timestamps = { created_at: instant(), updated_at: instant() };
const ofCompany = { company_id: ["companies(id)", "cascade"] } as const;

/** How far a company's appointments are read; a company without a row is not read. */
export const appointmentReadings = table(
  "appointment_readings",
  {
    id: id(),
    company_id: owner(),
    started_at: instant(),
    /** Appointments to come with higher ids were not seen yet; null once all were. */
    first_pass_after_id: optional(bigint()),
    read_until: instant(),
    next_at: instant(),
    ...timestamps,
  },
  { unique: { company: ["company_id"] }, index: { due: ["next_at"] }, foreign: ofCompany },
);

/** An appointment as it was when we last looked: what differs from it is news. */
export const appointmentSightings = table(
  "appointment_sightings",
  {
    id: id(),
    company_id: owner(),
    appointment_id: reference<number>("appointments.id"),
    /** One of an earlier reading counts as none. */
    reading_id: bigint(),
    status: code(40),
    starts_at: instant(),
    ends_at: instant(),
    branch_id: code(36),
    service_id: bigint(),
    staff_id: optional(code(36)),
    is_deleted: defaulted(boolean(), false),
    ...timestamps,
  },
  {
    unique: { appointment: ["company_id", "appointment_id"] },
    index: { appointment: ["appointment_id"] },
    foreign: { ...ofCompany, appointment_id: ["appointments(id)", "cascade"] },
  },
);

export const readingTables = [appointmentReadings, appointmentSightings] as const;
