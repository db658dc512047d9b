import type { Instant } from "../clock.ts";
import type { Db } from "../db/connect.ts";
import { Refusal } from "../errors.ts";
import type { Caller } from "../tenant.ts";
import { type AppointmentFilter, customerNames, listAppointmentRows } from "./store.ts";
import { viewOf } from "./views.ts";

/**
 * Appointments in order of start and id, after the cursor's; with their customers' names where `withCustomers`.
 * @throws Refusal forbidden when the names are asked for without customers:read
 */
export async function listAppointments(
  db: Db,
  caller: Caller,
  filter: AppointmentFilter,
  {
    after,
    limit,
    withCustomers,
  }: { after: { startsAt: Instant; id: number } | null; limit: number; withCustomers: boolean },
) {
  if (withCustomers) assertMayNameCustomers(caller);
  const rows = await listAppointmentRows(db, caller, filter, after, limit);
  const names = withCustomers
    ? await customerNames(
        db,
        caller,
        rows.map(({ customerId }) => customerId),
      )
    : null;
  return rows.map((row) => {
    const name = names?.get(row.customerId);
    return { ...viewOf(row), ...(name === undefined ? {} : { customer: { id: row.customerId, name } }) };
  });
}

/** @throws Refusal forbidden without customers:read */
export function assertMayNameCustomers({ permissions }: Caller): void {
  if (permissions.has("customers:read")) return;
  throw new Refusal(
    "forbidden",
    "This key lacks the permission customers:read. Leave include out, or use one that has it.",
  );
}
