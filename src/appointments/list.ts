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
  const rows = await listAppointmentRows(db, caller, filter, after, limit);
  const customerOf = withCustomers ? await namedCustomers(db, caller, rows) : nobody;
  return rows.map((row) => ({ ...viewOf(row), ...customerOf(row) }));
}

interface OfCustomer {
  readonly customerId: number;
}
type Named = (row: OfCustomer) => { readonly customer?: { readonly id: number; readonly name: string } };

/** What is added to what was listed without `include=customer`. */
export const nobody: Named = () => ({});

/** What `include=customer` adds to each of what was listed. @throws Refusal forbidden without customers:read */
export async function namedCustomers(db: Db, caller: Caller, rows: readonly OfCustomer[]): Promise<Named> {
  if (!caller.permissions.has("customers:read")) {
    throw new Refusal(
      "forbidden",
      "This key lacks the permission customers:read. Leave include out, or use one that has it.",
    );
  }
  const names = await customerNames(
    db,
    caller,
    rows.map(({ customerId }) => customerId),
  );
  return ({ customerId: id }) => {
    const name = names.get(id);
    return name === undefined ? {} : { customer: { id, name } };
  };
}
