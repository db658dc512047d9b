import { isoAt } from "../clock.ts";
import type { Decision, Receipt } from "./decide.ts";

/** The JSON form of a receipt: what is stored and shown. Fields ending in Ms become ISO 8601 texts ending in At. */
export interface ReceiptDocument {
  readonly [key: string]: unknown;
}

/** Notices stay numbers (`noticeMs`): they are lengths, not instants. A receipt is stored and shown: it is written out once. */
export function receiptDocument(receipt: Receipt): ReceiptDocument {
  let document = written.get(receipt);
  if (document === undefined) {
    document = convert(receipt, (key, value) =>
      key.endsWith("AtMs") || key === "nowMs"
        ? [key.slice(0, -"Ms".length), typeof value === "number" ? isoAt(value) : value]
        : null,
    ) as ReceiptDocument;
    written.set(receipt, document);
  }
  return document;
}

const written = new WeakMap<Receipt, ReceiptDocument>();

/** Back from what `receiptDocument` made; trusted input, since only this program writes it. */
export function parseReceipt(document: ReceiptDocument): Receipt {
  return convert(document, (key, value) =>
    key.endsWith("At") || key === "now" ? [`${key}Ms`, typeof value === "string" ? Date.parse(value) : value] : null,
  ) as Receipt;
}

type Rename = (key: string, value: unknown) => readonly [string, unknown] | null;

function convert(value: unknown, rename: Rename): unknown {
  if (Array.isArray(value)) return value.map((inner) => convert(inner, rename));
  if (value === null || typeof value !== "object") return value;
  const converted: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const inner = (value as Readonly<Record<string, unknown>>)[key];
    const [name, content] = rename(key, inner) ?? [key, convert(inner, rename)];
    converted[name] = content;
  }
  return converted;
}

/** A decision as the API shows it. */
export function decisionDocument(decision: Decision): ReceiptDocument {
  const { receipt, ...rest } = decision;
  return {
    ...(convert(rest, (key, value) => (key === "latestAtMs" ? ["latestAt", isoAt(Number(value))] : null)) as object),
    receipt: receiptDocument(receipt),
  };
}
