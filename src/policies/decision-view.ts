import { z } from "zod";
import { type Decision, decisionCodes } from "./decide.ts";
import { explain, languages, registers } from "./explain.ts";
import { decisionDocument } from "./receipts.ts";

/** A decision as it goes over the wire, in German and English and for each who is to read it. */

const inRegisters = z.object({ customer: z.string(), staff: z.string(), voice: z.string() });

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
  explanation: z.object({ de: inRegisters, en: inRegisters }),
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
