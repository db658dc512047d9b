import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import { insertRow } from "../db/prepared.ts";
import type { ModificationType } from "../db/schema.ts";
import { ofAppointmentInReach } from "../tenancy/reach.ts";
import type { Caller, Tenant } from "../tenant.ts";
import type { Decision, DecisionCode } from "./decide.ts";
import { type ReceiptDocument, receiptDocument } from "./receipts.ts";

/** Persists a decision with its receipt; denials are kept as well as permissions. @returns its id */
export async function recordDecision(
  tx: Tx,
  caller: Caller,
  appointment: { id: number; customerId: number },
  decision: Decision,
  now: Instant,
): Promise<number> {
  const { facts } = decision.receipt;
  return insertRow(tx, caller, "policy_decisions", {
    appointment_id: appointment.id,
    customer_id: appointment.customerId,
    action: facts.action,
    allowed: decision.allowed,
    code: decision.code,
    fee_cents: decision.feeCents,
    currency: decision.currency,
    initiated_by: facts.initiatedBy,
    actor_type: facts.actor.type,
    actor_id: facts.actor.id,
    receipt: receiptDocument(decision.receipt),
    decided_at: now,
    created_at: now,
    updated_at: now,
  });
}

export interface RecordedDecision {
  readonly id: number;
  readonly appointmentId: number | null;
  readonly action: ModificationType;
  readonly allowed: boolean;
  readonly code: DecisionCode;
  readonly feeCents: number;
  readonly currency: string;
  readonly receipt: ReceiptDocument;
  readonly decidedAt: Instant;
}

/** Newest first, before the cursor's id. */
export async function listDecisions(
  db: Db,
  tenant: Tenant,
  filter: { id?: number | undefined; appointmentId?: number | undefined; allowed?: boolean | undefined },
  beforeId: number,
  limit: number,
): Promise<RecordedDecision[]> {
  let query = db
    .of(tenant)
    .selectFrom("policy_decisions")
    .select([
      "id",
      "appointment_id as appointmentId",
      "action",
      "allowed",
      "code",
      "fee_cents as feeCents",
      "currency",
      "receipt",
      "decided_at as decidedAt",
    ])
    .where("id", "<", beforeId)
    .where((eb) => ofAppointmentInReach(eb, tenant, "policy_decisions.appointment_id"))
    .orderBy("id", "desc")
    .limit(limit);
  if (filter.id !== undefined) query = query.where("id", "=", filter.id);
  if (filter.appointmentId !== undefined) query = query.where("appointment_id", "=", filter.appointmentId);
  if (filter.allowed !== undefined) query = query.where("allowed", "=", filter.allowed);
  return (await query.execute()).map((row) => ({
    ...row,
    code: row.code as DecisionCode,
    receipt: row.receipt as unknown as ReceiptDocument,
  }));
}
