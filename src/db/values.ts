import { type Instant, instantOf, isoOf } from "../clock.ts";
import type { Engine } from "./engine.ts";

/** The one place where values cross between TypeScript and a database, the same on all three engines. */

/**
 * A parameter as the driver must see it: Instant → the engine's UTC text, boolean → 0/1, plain object or array → JSON.
 * Throws for undefined and for Date: SQLite would bind a Date as NULL without a word.
 */
export function encode(value: unknown, engine: Engine): string | number | bigint | null | Uint8Array {
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
      return value;
    case "boolean":
      return value ? 1 : 0;
    case "object":
      return encodeObject(value, engine);
    default:
      throw new TypeError(`A ${typeof value} cannot be stored.`);
  }
}

function encodeObject(value: object | null, engine: Engine) {
  if (value === null || value instanceof Uint8Array) return value;
  if ("epochMilliseconds" in value) return instantText(value as Instant, engine);
  if (value instanceof Date) throw new TypeError("Pass an Instant, not a Date.");
  return JSON.stringify(value);
}

/** The one that was written last: a row often tells one instant in several columns. */
let written: { readonly instant: Instant | null; readonly iso: string } = { instant: null, iso: "" };

/** Servers: `2026-11-24 09:30:00.000`; SQLite: ISO with T and Z. Never mixed in one database: they compare wrongly. */
function instantText(instant: Instant, engine: Engine): string {
  if (instant !== written.instant) written = { instant, iso: isoOf(instant) };
  const { iso } = written;
  return engine === "sqlite" ? iso : `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;
}

/** From either text form. */
export function decodeInstant(text: string): Instant {
  return instantOf(Date.parse(text.endsWith("Z") ? text : `${text.replace(" ", "T")}Z`));
}
