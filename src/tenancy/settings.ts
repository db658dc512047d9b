import { audit } from "../audit/log.ts";
import type { Instant } from "../clock.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import type { AppointmentOwner, policyBases } from "../db/schema.ts";
import { transaction } from "../db/transaction.ts";
import { emit } from "../events/outbox.ts";
import { assertMatch } from "../http/preconditions.ts";
import type { Caller, Tenant } from "../tenant.ts";

/** How a company wants it; a company that never changed anything has no row and these defaults. */
export interface CompanySettings {
  /** Which policy decides: the one in force when it was booked, or the one in force now. */
  readonly policyBasis: (typeof policyBases)[number];
  /** Who changes an appointment's row: our commands, or the platform, for which they are reserved. */
  readonly appointmentOwner: AppointmentOwner;
  /** How long the platform has to make and confirm a change that was decided. */
  readonly reservationMinutes: number;
  readonly version: number;
}

export const defaultReservationMinutes = 15;
const defaults = {
  policyBasis: "booking",
  appointmentOwner: "frontdesk",
  reservationMinutes: defaultReservationMinutes,
  version: 0,
} as const satisfies CompanySettings;

export async function readSettings(db: Db, tenant: Tenant): Promise<CompanySettings> {
  const row = await db
    .of(tenant)
    .selectFrom("company_settings")
    .select(["policy_basis as policyBasis", "version"])
    .executeTakeFirst();
  return { ...defaults, ...row, ...(await readOwnership(db, tenant)) };
}

/** Who changes the rows of this company's appointments. */
export async function readOwnership(
  db: Db,
  tenant: Tenant,
): Promise<Pick<CompanySettings, "appointmentOwner" | "reservationMinutes">> {
  const row = await db
    .of(tenant)
    .selectFrom("appointment_settings")
    .select(["appointment_owner as appointmentOwner", "reservation_minutes as reservationMinutes"])
    .executeTakeFirst();
  return row ?? { appointmentOwner: defaults.appointmentOwner, reservationMinutes: defaults.reservationMinutes };
}

export type SettingsChange = {
  readonly [K in keyof Omit<CompanySettings, "version">]?: CompanySettings[K] | undefined;
};

/** What is left out stays. @param ifMatch the version it was read at (an ETag), or null to change whatever is there */
export async function changeSettings(
  db: Db,
  caller: Caller,
  change: SettingsChange,
  ifMatch: string | null,
): Promise<CompanySettings> {
  return transaction(db, async (tx) => {
    await takeLock(tx, caller, "policies", caller.companyId);
    const from = await readSettings(tx, caller);
    assertMatch(ifMatch, String(from.version));
    const { version, ...before } = from;
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const after: typeof before = { ...before, ...given };
    const to = { ...after, version: version + 1 };
    const now = await currentTime(tx);
    await write(tx, caller, to, now);
    // What was read of the platform's changes holds only as long as nobody else changes the rows.
    if (to.appointmentOwner !== from.appointmentOwner && tx.host === null) {
      await tx.of(caller).deleteFrom("appointment_readings").execute();
    }
    await emit(tx, caller, { type: "settings.changed", version: to.version, actor: caller.actor }, now);
    const subject = { type: "settings", id: caller.companyId };
    await audit(tx, caller, { action: "settings.change", subject, from: before, to: after }, now);
    return to;
  });
}

async function write(
  tx: Tx,
  caller: Caller,
  { policyBasis, appointmentOwner, reservationMinutes, version }: CompanySettings,
  now: Instant,
): Promise<void> {
  const of = tx.of(caller);
  const values = { policy_basis: policyBasis, version, updated_at: now };
  const updated = await of.updateTable("company_settings").set(values).executeTakeFirstOrThrow();
  if (updated.numUpdatedRows === 0n) {
    await of
      .insertInto("company_settings")
      .values({ ...values, created_at: now })
      .execute();
  }
  const ownership = {
    appointment_owner: appointmentOwner,
    reservation_minutes: reservationMinutes,
    updated_at: now,
  };
  const owned = await of.updateTable("appointment_settings").set(ownership).executeTakeFirstOrThrow();
  if (owned.numUpdatedRows > 0n) return;
  await of
    .insertInto("appointment_settings")
    .values({ ...ownership, created_at: now })
    .execute();
}
