import { z } from "zod";
import { isoOf } from "../clock.ts";
import { modificationTypes } from "../db/schema.ts";
import { id, instantReply } from "../http/fields.ts";
import { type Decision, decisionCodes, replay } from "./decide.ts";
import type { RecordedDecision } from "./decisions.ts";
import { explain, languages, registers } from "./explain.ts";
import { decisionDocument, parseReceipt } from "./receipts.ts";

/** A decision as it goes over the wire, in German and English and for each who is to read it. */

const inRegisters = z.object({ customer: z.string(), staff: z.string(), voice: z.string() });
const explanation = z.object({ de: inRegisters, en: inRegisters });

export const decisionFields = {
  allowed: z.boolean(),
  code: z.enum(decisionCodes),
  feeCents: z.int().min(0).max(2_000_000_000),
  currency: z.string(),
  feeIfForcedCents: z.int().min(0).max(2_000_000_000),
  priceUnknown: z.boolean(),
  withinPolicy: z.boolean(),
  forced: z.boolean(),
  forceable: z.boolean(),
  required: z.record(z.string(), z.unknown()).nullable().meta({ description: "What would have to be different" }),
  explanation,
  receipt: z.record(z.string(), z.unknown()).meta({ description: "Everything the decision looked at" }),
};

export function decisionView(decision: Decision) {
  const { allowed, code, feeCents, currency, feeIfForcedCents, priceUnknown, withinPolicy, forced, forceable } =
    decision;
  const { required, receipt } = decisionDocument(decision);
  return {
    ...{ allowed, code, feeCents, currency, feeIfForcedCents, priceUnknown, withinPolicy, forced, forceable },
    required: (required ?? null) as Record<string, unknown> | null,
    explanation: explanationsOf(decision),
    receipt: receipt as Record<string, unknown>,
  };
}

function explanationsOf(decision: Decision) {
  const each = <K extends string, V>(keys: readonly K[], of: (key: K) => V) =>
    Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<K, V>;
  return each(languages, (language) => each(registers, (register) => explain(decision, { language, register })));
}

export const recordedDecision = z
  .object({
    id,
    appointmentId: id.nullable(),
    action: z.enum(modificationTypes),
    allowed: z.boolean(),
    code: z.enum(decisionCodes),
    feeCents: z.int(),
    currency: z.string(),
    explanation: explanation
      .nullable()
      .meta({ description: "null where the receipt does not come to the same any more" }),
    receipt: z.record(z.string(), z.unknown()),
    decidedAt: instantReply,
  })
  .meta({ id: "RecordedDecision" });

/** With the explanation that its receipt gives, if it still comes to the same. */
export function recordedDecisionView({ decidedAt, ...row }: RecordedDecision) {
  return { ...row, explanation: explanationAgain(row), decidedAt: isoOf(decidedAt) };
}

function explanationAgain({ receipt, code }: Pick<RecordedDecision, "receipt" | "code">) {
  try {
    const decision = replay(parseReceipt(receipt));
    return decision.code === code ? explanationsOf(decision) : null;
  } catch {
    return null;
  }
}
