import { Temporal } from "temporal-polyfill";
import { type Instant, instantOf, isoOf } from "../clock.ts";
import { decimalPrice, optionalColumn } from "./host-contract.ts";
import { hostTables } from "./schema.ts";

/** A column of a platform's table that is not simply as our definition has it. */
export type HostColumn =
  /** Not there: it reads as its fallback and is not written. */
  | { readonly kind: "missing"; readonly fallback: unknown }
  /** There, but may hold NULL where ours may not. */
  | { readonly kind: "present"; readonly fallback: unknown }
  /** Whole units with decimals, in another column. */
  | { readonly kind: "decimal"; readonly column: string; readonly fallback: unknown }
  /** A time: of the wall clock of a zone where one is stated (null: UTC), to the second where the column keeps no more. */
  | { readonly kind: "instant"; readonly zone: string | null; readonly digits: number; readonly fallback: unknown };

/** By table and column of our definition; what is not in it is as the definition says. */
export interface HostShape {
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, HostColumn>>;
}

/** A column as information_schema tells of it. */
export interface FoundColumn {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly nullable: boolean;
  /** Digits of a second. */
  readonly precision: number | null;
}

/**
 * How an adopted platform's tables differ from the definition.
 * @param zone what wall-clock DATETIMEs mean; null where they are UTC. A TIMESTAMP has no such doubt.
 */
export function hostShapeOf(found: readonly FoundColumn[], zone: string | null): HostShape {
  const present = new Map(found.map((each) => [`${each.table}.${each.column}`, each]));
  const tables = hostTables.map(({ name, columns }) => {
    const entries = Object.keys(columns).flatMap((column): [string, HostColumn][] => {
      const differs = differenceOf(name, column, present, zone);
      return differs === null ? [] : [[column, differs]];
    });
    return [name as string, new Map(entries)] as const;
  });
  return { tables: new Map(tables) };
}

function differenceOf(
  table: string,
  column: string,
  present: ReadonlyMap<string, FoundColumn>,
  zone: string | null,
): HostColumn | null {
  const there = present.get(`${table}.${column}`);
  const fallback = optionalColumn(table, column)?.fallback ?? null;
  if (there === undefined) {
    const isPrice = column === decimalPrice.standsFor && present.has(`${table}.${decimalPrice.column}`);
    return isPrice ? { kind: "decimal", column: decimalPrice.column, fallback } : { kind: "missing", fallback };
  }
  const isTimestamp = /^timestamp/i.test(there.type);
  if (isTimestamp || /^datetime/i.test(there.type)) {
    const [own, digits] = [isTimestamp ? null : zone, there.precision ?? 0];
    return own === null && digits >= 3 && fallback === null ? null : { kind: "instant", zone: own, digits, fallback };
  }
  return there.nullable && fallback !== null ? { kind: "present", fallback } : null;
}

/** Whether the platform's table has no such column: it reads as its fallback, and what is written to it is not kept. */
export function lacksColumn(shape: HostShape | null, table: string, column: string): boolean {
  return shape?.tables.get(table)?.get(column)?.kind === "missing";
}

/** What our definition calls a column that the platform's table has. */
export function ownColumn(shape: HostShape | null, table: string, theirs: string): string {
  const columns = [...(shape?.tables.get(table) ?? [])];
  return columns.find(([, column]) => column.kind === "decimal" && column.column === theirs)?.[0] ?? theirs;
}

/** What the program sees of a value that the driver read. */
export function readAs(column: HostColumn, value: unknown): unknown {
  if (column.kind === "missing" || value === null || value === undefined) return column.fallback;
  if (column.kind === "decimal") return Math.round(Number(value) * 100);
  if (column.kind !== "instant" || column.zone === null) return value;
  return instantIn(value as Instant, column.zone);
}

/**
 * What is stored of a value. Compared with, it keeps its milliseconds whatever the column keeps: a server rounds what it
 * stores, and never what it compares.
 */
export function writtenAs(column: HostColumn, value: unknown, how: "cut" | "exact" = "cut"): unknown {
  if (value === null || value === undefined) return value;
  if (column.kind === "decimal")
    return `${Math.trunc((value as number) / 100)}.${String((value as number) % 100).padStart(2, "0")}`;
  if (column.kind !== "instant") return value;
  const { epochMilliseconds } = value as Instant;
  const instant = instantOf(
    how === "cut" && column.digits < 3 ? Math.floor(epochMilliseconds / 1000) * 1000 : epochMilliseconds,
  );
  return column.zone === null ? instant : wallClock(instant, column.zone);
}

/** `2026-03-29 03:30:00.000`: what a clock on the wall shows then. */
export function wallClock(instant: Instant, zone: string): string {
  const local = instant.toZonedDateTimeISO(zone).toPlainDateTime();
  return local.toString({ smallestUnit: "millisecond" }).replace("T", " ");
}

/** Digits that were read as if they were UTC, read as a zone's: of an hour that is repeated in autumn the first one. */
function instantIn(asUtc: Instant, zone: string): Instant {
  const local = Temporal.PlainDateTime.from(isoOf(asUtc).slice(0, 23));
  return local.toZonedDateTime(zone, { disambiguation: "compatible" }).toInstant();
}
