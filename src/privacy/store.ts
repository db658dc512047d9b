import type { Instant } from "../clock.ts";
import type { JsonValue } from "../db/columns.ts";
import type { Db, Tx } from "../db/connect.ts";
import { erasedName } from "../tenancy/hierarchy.ts";
import type { Tenant } from "../tenant.ts";

export interface Person {
  readonly id: number;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
}

/** The rows that hang on a customer, by their ids. */
export interface Ties {
  readonly customerId: number;
  readonly appointmentIds: readonly number[];
  readonly callbackIds: readonly number[];
}

/** An empty list is no SQL, and no row has this id. */
const orNone = <T>(ids: readonly T[]): readonly T[] => (ids.length === 0 ? [0 as T] : ids);

export async function findPerson(db: Db, tenant: Tenant, id: number): Promise<Person | undefined> {
  return db
    .of(tenant)
    .selectFrom("customers")
    .select(["id", "name", "email", "phone"])
    .where("id", "=", id)
    .executeTakeFirst();
}

/** Callbacks too that were asked for from the customer's number by whoever did not say who it is. */
export async function tiesOf(db: Db, tenant: Tenant, { id, phone }: Person): Promise<Ties> {
  const appointments = await db
    .of(tenant)
    .selectFrom("appointments")
    .select("id")
    .where("customer_id", "=", id)
    .execute();
  const callbacks = await db
    .of(tenant)
    .selectFrom("callback_requests")
    .select("id")
    .where((eb) => eb.or([eb("customer_id", "=", id), ...(phone === null ? [] : [eb("phone_number", "=", phone)])]))
    .execute();
  const idsOf = (rows: readonly { id: number }[]) => rows.map((row) => row.id);
  return { customerId: id, appointmentIds: idsOf(appointments), callbackIds: idsOf(callbacks) };
}

/** Everything that is kept of a customer, table by table, as it stands. */
export async function rowsOf(db: Db, tenant: Tenant, ties: Ties) {
  const { customerId, appointmentIds, callbackIds } = ties;
  const of = db.of(tenant);
  const byCallback = orNone(callbackIds);
  return {
    customers: await of.selectFrom("customers").selectAll().where("id", "=", customerId).execute(),
    appointments: await of.selectFrom("appointments").selectAll().where("customer_id", "=", customerId).execute(),
    appointment_modifications: await of
      .selectFrom("appointment_modifications")
      .selectAll()
      .where("customer_id", "=", customerId)
      .execute(),
    appointment_reservations: await of
      .selectFrom("appointment_reservations")
      .selectAll()
      .where("customer_id", "=", customerId)
      .execute(),
    policy_decisions: await of
      .selectFrom("policy_decisions")
      .selectAll()
      .where("customer_id", "=", customerId)
      .execute(),
    callback_requests: await of.selectFrom("callback_requests").selectAll().where("id", "in", byCallback).execute(),
    callback_escalations: await of
      .selectFrom("callback_escalations")
      .selectAll()
      .where("callback_request_id", "in", byCallback)
      .execute(),
    callback_transitions: await of
      .selectFrom("callback_transitions")
      .selectAll()
      .where("callback_request_id", "in", byCallback)
      .execute(),
    notification_deliveries: await deliveriesOf(db, tenant, ties),
    notification_preferences: await of
      .selectFrom("notification_preferences")
      .selectAll()
      .where("owner_type", "=", "customer")
      .where("owner_id", "=", String(customerId))
      .execute(),
    domain_events: await eventsOf(db, tenant, appointmentIds, callbackIds),
    audit_log: await of.selectFrom("audit_log").selectAll().where("customer_id", "=", customerId).execute(),
  };
}

/** To the customer, and to others about the customer. */
async function deliveriesOf(db: Db, tenant: Tenant, { customerId, appointmentIds, callbackIds }: Ties) {
  return db
    .of(tenant)
    .selectFrom("notification_deliveries")
    .selectAll()
    .where((eb) =>
      eb.or([
        eb.and([eb("recipient_type", "=", "customer"), eb("recipient_id", "=", String(customerId))]),
        eb("appointment_id", "in", orNone(appointmentIds)),
        eb("callback_id", "in", orNone(callbackIds)),
      ]),
    )
    .execute();
}

async function eventsOf(db: Db, tenant: Tenant, appointmentIds: readonly number[], callbackIds: readonly number[]) {
  return db
    .of(tenant)
    .selectFrom("domain_events")
    .selectAll()
    .where((eb) =>
      eb.or([
        eb.and([eb("type", "like", "callback.%"), eb("subject_id", "in", orNone(callbackIds.map(String)))]),
        eb.and([
          eb.or([eb("type", "like", "appointment.%"), eb("type", "like", "payment.%")]),
          eb("subject_id", "in", orNone(appointmentIds.map(String))),
        ]),
      ]),
    )
    .execute();
}

type Scrub = (value: JsonValue) => JsonValue;

/** What somebody gave as a reason is theirs, word for word; that one was given stays, or a receipt would decide otherwise. */
function withoutReasons(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutReasons);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const isReason = (key === "reason" || key === "waiverReason") && typeof inner === "string";
      return [key, isReason ? erasedName : withoutReasons(inner)];
    }),
  );
}

/** Where the person is named in documents, the names are taken out of them and the rest stays. */
export async function scrubDocuments(tx: Tx, tenant: Tenant, ties: Ties, scrub: Scrub, now: Instant): Promise<void> {
  const of = tx.of(tenant);
  const decisions = of.selectFrom("policy_decisions").select(["id", "receipt"]);
  for (const { id, receipt } of await decisions.where("customer_id", "=", ties.customerId).execute()) {
    await of
      .updateTable("policy_decisions")
      .set({ receipt: scrub(withoutReasons(receipt)) as object })
      .where("id", "=", id)
      .execute();
  }
  const reservations = of.selectFrom("appointment_reservations").select(["id", "metadata"]);
  for (const { id, metadata } of await reservations.where("customer_id", "=", ties.customerId).execute()) {
    await of
      .updateTable("appointment_reservations")
      .set({ reason: null, metadata: scrub(withoutReasons(metadata)) as object })
      .where("id", "=", id)
      .execute();
  }
  for (const { id, payload } of await eventsOf(tx, tenant, ties.appointmentIds, ties.callbackIds)) {
    await of
      .updateTable("domain_events")
      .set({ payload: scrub(payload) as object })
      .where("id", "=", id)
      .execute();
  }
  for (const row of await deliveriesOf(tx, tenant, ties)) {
    const isTheirs = row.recipient_type === "customer";
    const isOpen = row.next_at !== null;
    await of
      .updateTable("notification_deliveries")
      .set({
        payload: scrub(row.payload) as object,
        content: null,
        updated_at: now,
        ...(isTheirs ? { recipient_name: erasedName, address: null, fallback_address: null } : {}),
        ...(isTheirs && isOpen
          ? { status: "skipped" as const, reason: "recipientErased", next_at: null, finished_at: now }
          : {}),
      })
      .where("id", "=", row.id)
      .execute();
  }
}

/** The person's own rows. What they count towards (quotas, figures) stays, without them. */
export async function erasePerson(tx: Tx, tenant: Tenant, ties: Ties, now: Instant): Promise<void> {
  const { customerId, callbackIds } = ties;
  const of = tx.of(tenant);
  await of
    .updateTable("customers")
    .set({ name: erasedName, email: null, phone: null, updated_at: now })
    .where("id", "=", customerId)
    .execute();
  await of
    .updateTable("appointment_modifications")
    .set({ reason: null, metadata: null })
    .where("customer_id", "=", customerId)
    .execute();
  const byCallback = orNone(callbackIds);
  await of
    .updateTable("callback_requests")
    .set({
      customer_name: erasedName,
      phone_number: erasedName,
      notes: null,
      metadata: null,
      preferred_time_window: null,
      updated_at: now,
    })
    .where("id", "in", byCallback)
    .execute();
  await of
    .updateTable("callback_escalations")
    .set({ resolution_notes: null, metadata: null })
    .where("callback_request_id", "in", byCallback)
    .execute();
  await of
    .updateTable("callback_transitions")
    .set({ details: null })
    .where("callback_request_id", "in", byCallback)
    .execute();
  await of
    .deleteFrom("notification_preferences")
    .where("owner_type", "=", "customer")
    .where("owner_id", "=", String(customerId))
    .execute();
}

/** The log's values go with their salt: its chain stays provable. The customer's own token loses its owner. */
export async function eraseFromAudit(tx: Tx, tenant: Tenant, { customerId, callbackIds }: Ties): Promise<void> {
  await tx
    .of(tenant)
    .updateTable("audit_log")
    .set({ changes: "", salt: null })
    .where((eb) =>
      eb.or([
        eb("customer_id", "=", customerId),
        eb.and([eb("subject_type", "=", "customerPreferences"), eb("subject_id", "=", String(customerId))]),
        eb.and([eb("subject_type", "=", "callback"), eb("subject_id", "in", orNone(callbackIds.map(String)))]),
      ]),
    )
    .execute();
  await tx
    .of(tenant)
    .deleteFrom("audit_actors")
    .where("actor_type", "=", "customer")
    .where("actor_id", "=", String(customerId))
    .execute();
}

/** Replies that are kept a day for requests that come twice: those that name the person. */
export async function forgetReplies(tx: Tx, tenant: Tenant, names: (value: JsonValue) => boolean): Promise<void> {
  const replies = await tx.of(tenant).selectFrom("idempotency_keys").select(["id", "response_body"]).execute();
  const ids = replies.filter(({ response_body }) => response_body !== null && names(response_body)).map(({ id }) => id);
  await tx.of(tenant).deleteFrom("idempotency_keys").where("id", "in", orNone(ids)).execute();
}

/** What other systems were told, and answered, about the customer's appointments and callbacks. */
export async function eraseFromWebhooks(tx: Tx, tenant: Tenant, ties: Ties, scrub: Scrub): Promise<void> {
  const events = await eventsOf(tx, tenant, ties.appointmentIds, ties.callbackIds);
  const rows = await tx
    .of(tenant)
    .selectFrom("webhook_deliveries")
    .select(["id", "body"])
    .where("event_id", "in", orNone(events.map(({ id }) => id)))
    .execute();
  for (const { id, body } of rows) {
    const scrubbed = JSON.stringify(scrub(JSON.parse(body) as JsonValue));
    await tx.of(tenant).updateTable("webhook_deliveries").set({ body: scrubbed }).where("id", "=", id).execute();
  }
  await tx
    .of(tenant)
    .updateTable("webhook_attempts")
    .set({ response_body: null })
    .where("delivery_id", "in", orNone(rows.map(({ id }) => id)))
    .execute();
}
