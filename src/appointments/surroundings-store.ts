import type { Instant } from "../clock.ts";
import { currentTime, type Db, type TenantQueries, type Tx } from "../db/connect.ts";
import { serverTime } from "../db/dialect.ts";
import { insertRow, prepared } from "../db/prepared.ts";
import type { AppointmentOwner, ModificationType, StatType } from "../db/schema.ts";
import { notFound } from "../errors.ts";
import { defaultReservationMinutes } from "../tenancy/settings.ts";
import type { Tenant } from "../tenant.ts";

/** What a decision needs to know of an appointment's surroundings, frozen at booking where that was seen. */
export interface Surroundings {
  /** The database's clock, read after the lock where there is one. */
  readonly now: Instant;
  readonly zone: string;
  readonly locale: string;
  readonly currency: string;
  readonly servicePriceCents: number | null;
  readonly customerPhone: string | null;
  readonly policyBasis: "booking" | "now";
  readonly owner: AppointmentOwner;
  /** How long the platform has to make a change that was decided. */
  readonly reservationMinutes: number;
  /** Whether the customer has changes that wait for the platform. */
  readonly hasReservations: boolean;
  readonly snapshot: {
    bookedAt: Instant | null;
    policyAt: Instant;
    priceCents: number | null;
    currency: string;
  } | null;
  /** The customer's stored counts over 30 and 90 days, as far as there are any. */
  readonly stats: readonly StoredStats[];
}

export interface StoredStats {
  readonly days: 30 | 90;
  readonly count: number;
  readonly validUntil: Instant | null;
  readonly periodStart: Instant;
  readonly calculatedAt: Instant;
}

/** All of it in one statement: each is a round trip while others wait for the customer's lock. @throws Refusal notFound */
export async function readSurroundings(
  db: Db,
  tenant: Tenant,
  appointmentId: number,
  type: ModificationType,
): Promise<Surroundings> {
  const ownClock = db.clock !== null || db.engine === "sqlite";
  const about = { appointmentId, stat30: `${type}_30d`, stat90: `${type}_90d` } as const;
  const timedRow = ownClock ? undefined : await timed.first(db, tenant, about);
  const row = ownClock ? await surroundings.first(db, tenant, about) : timedRow;
  if (!row) throw notFound("appointment");
  const { bookedAt, policyAt, priceCents, snapshotCurrency } = row;
  return {
    now: timedRow?.now ?? (await currentTime(db)),
    zone: row.zone,
    locale: row.locale,
    currency: row.currency,
    servicePriceCents: row.servicePriceCents,
    customerPhone: row.customerPhone,
    policyBasis: row.policyBasis ?? "booking",
    owner: row.owner ?? "frontdesk",
    reservationMinutes: row.reservationMinutes ?? defaultReservationMinutes,
    hasReservations: Number(row.reservations) > 0,
    snapshot: policyAt && snapshotCurrency ? { bookedAt, policyAt, priceCents, currency: snapshotCurrency } : null,
    stats: [
      ...stored(30, row.count30, row.validUntil30, row.periodStart30, row.calculatedAt30),
      ...stored(90, row.count90, row.validUntil90, row.periodStart90, row.calculatedAt90),
    ],
  };
}

interface About extends Record<string, unknown> {
  readonly appointmentId: number;
  readonly stat30: StatType;
  readonly stat90: StatType;
}

const surroundings = prepared(query);
const timed = prepared((queries, about: About) => query(queries, about).select(serverTime.as("now")));

function query(queries: TenantQueries, { appointmentId, stat30, stat90 }: About) {
  return queries
    .selectFrom("appointments as a")
    .innerJoin("companies as c", "c.id", "a.company_id")
    .innerJoin("branches as b", "b.id", "a.branch_id")
    .innerJoin("services as s", "s.id", "a.service_id")
    .innerJoin("customers as k", "k.id", "a.customer_id")
    .leftJoin("company_settings as o", "o.company_id", "a.company_id")
    .leftJoin("appointment_settings as w", "w.company_id", "a.company_id")
    .leftJoin("booking_snapshots as p", "p.appointment_id", "a.id")
    .leftJoin("appointment_modification_stats as m", (join) =>
      join.onRef("m.customer_id", "=", "a.customer_id").on("m.stat_type", "=", stat30),
    )
    .leftJoin("appointment_modification_stats as q", (join) =>
      join.onRef("q.customer_id", "=", "a.customer_id").on("q.stat_type", "=", stat90),
    )
    .select([
      "b.timezone as zone",
      "c.locale",
      "c.currency",
      "s.price_cents as servicePriceCents",
      "k.phone as customerPhone",
      "o.policy_basis as policyBasis",
      "w.appointment_owner as owner",
      "w.reservation_minutes as reservationMinutes",
      "p.booked_at as bookedAt",
      "p.policy_at as policyAt",
      "p.price_cents as priceCents",
      "p.currency as snapshotCurrency",
      "m.count as count30",
      "m.valid_until as validUntil30",
      "m.period_start as periodStart30",
      "m.calculated_at as calculatedAt30",
      "q.count as count90",
      "q.valid_until as validUntil90",
      "q.period_start as periodStart90",
      "q.calculated_at as calculatedAt90",
    ])
    .select((eb) =>
      eb
        .selectFrom("appointment_reservations as r")
        .whereRef("r.customer_id", "=", "a.customer_id")
        .where("r.is_open", "=", 1)
        .select((inner) => inner.fn.countAll<number>().as("n"))
        .as("reservations"),
    )
    .where("a.id", "=", appointmentId);
}

function stored(
  days: 30 | 90,
  count: number | null,
  validUntil: Instant | null,
  periodStart: Instant | null,
  calculatedAt: Instant | null,
): StoredStats[] {
  if (count === null || periodStart === null || calculatedAt === null) return [];
  return [{ days, count, validUntil, periodStart, calculatedAt }];
}

export async function insertSnapshot(
  tx: Tx,
  tenant: Tenant,
  appointmentId: number,
  snapshot: NonNullable<Surroundings["snapshot"]>,
  now: Instant,
): Promise<void> {
  await insertRow(tx, tenant, "booking_snapshots", {
    appointment_id: appointmentId,
    booked_at: snapshot.bookedAt,
    policy_at: snapshot.policyAt,
    price_cents: snapshot.priceCents,
    currency: snapshot.currency,
    created_at: now,
    updated_at: now,
  });
}
