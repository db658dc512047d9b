import { instantOf, isoOf } from "../clock.ts";
import type { Decision, Receipt } from "./decide.ts";

/** The JSON form of a receipt: what is stored and shown. Fields ending in Ms become ISO 8601 texts ending in At. */
export interface ReceiptDocument {
  readonly [key: string]: unknown;
}

/** Notices stay numbers (`noticeMs`): they are lengths, not instants. */
export function receiptDocument(receipt: Receipt): ReceiptDocument {
  return convert(receipt, (key, value) =>
    /AtMs$/.test(key) || key === "nowMs"
      ? [key.replace(/Ms$/, ""), typeof value === "number" ? isoOf(instantOf(value)) : value]
      : null,
  ) as ReceiptDocument;
}

/** Back from what `receiptDocument` made; trusted input, since only this program writes it. */
export function parseReceipt(document: ReceiptDocument): Receipt {
  return convert(document, (key, value) =>
    /At$/.test(key) || key === "now" ? [`${key}Ms`, typeof value === "string" ? Date.parse(value) : value] : null,
  ) as Receipt;
}

type Rename = (key: string, value: unknown) => readonly [string, unknown] | null;

function convert(value: unknown, rename: Rename): unknown {
  if (Array.isArray(value)) return value.map((inner) => convert(inner, rename));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => rename(key, inner) ?? [key, convert(inner, rename)]),
  );
}

/** A decision as the API shows it. */
export function decisionDocument(decision: Decision): ReceiptDocument {
  const { receipt, ...rest } = decision;
  return {
    ...(convert(rest, (key, value) =>
      key === "latestAtMs" ? ["latestAt", isoOf(instantOf(Number(value)))] : null,
    ) as object),
    receipt: receiptDocument(receipt),
  };
}
