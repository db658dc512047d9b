import { isDeepStrictEqual } from "node:util";
import type { PolicyType } from "../db/schema.ts";
import type { FieldError } from "../errors.ts";
import { type Level, levels } from "./effective.ts";
import type { Config } from "./rules.ts";
import type { PolicyRow } from "./store.ts";

/** Policies as a document: places are named by level and id, parents by their place, so that no id of ours is in it. */

export interface Place {
  readonly level: Level;
  /** Null for the company, whichever it is. */
  readonly targetId: string | null;
}

export interface PolicyEntry extends Place {
  readonly policyType: PolicyType;
  readonly config: Config;
  readonly isOverride: boolean;
  /** Whose policy of the same type it builds on, if not on the next one above. */
  readonly overrides: Place | null;
}

/** @param rows all of the company, its parent among them */
export function entryOf(row: PolicyRow, rows: readonly PolicyRow[]): PolicyEntry {
  const { policyType, config, isOverride, overridesId } = row;
  const parent = overridesId === null ? undefined : rows.find(({ id }) => id === overridesId);
  return { policyType, ...placeOf(row), config, isOverride, overrides: parent ? placeOf(parent) : null };
}

export function placeOf({ level, targetId }: PolicyRow): Place {
  return { level, targetId: level === "company" ? null : targetId };
}

export const placeKey = ({ level, targetId }: Place) => `${level} ${targetId ?? ""}`;
export const policyKey = (type: PolicyType, place: Place) => `${type} ${placeKey(place)}`;

export function isSame(one: PolicyEntry, other: PolicyEntry): boolean {
  return (
    one.isOverride === other.isOverride &&
    isDeepStrictEqual(one.config, other.config) &&
    isDeepStrictEqual(one.overrides, other.overrides)
  );
}

/** What does not fit. @param kept what is there besides the entries, by its key @param places that exist */
export function mistakesIn(
  entries: readonly PolicyEntry[],
  kept: ReadonlySet<string>,
  places: ReadonlyMap<string, string>,
): FieldError[] {
  const seen = new Set<string>();
  const all = new Set([...kept, ...entries.map((entry) => policyKey(entry.policyType, entry))]);
  return entries.flatMap((entry, index) => {
    const key = policyKey(entry.policyType, entry);
    const mistake = seen.has(key) ? twice : (mistakeOf(entry, places) ?? parentMistakeOf(entry, all));
    seen.add(key);
    return mistake === null ? [] : [{ pointer: `/policies/${index}${mistake[0]}`, message: mistake[1] }];
  });
}

type Mistake = readonly [pointer: string, message: string];

const twice: Mistake = ["", "sets the same policyType at the same place as one before it; keep one of them"];

function mistakeOf({ level, targetId }: PolicyEntry, places: ReadonlyMap<string, string>): Mistake | null {
  if (places.has(placeKey({ level, targetId }))) return null;
  return level === "company"
    ? ["/targetId", "must be null for the company"]
    : ["/targetId", `There is no such ${level} in this company; use the id of one that exists.`];
}

function parentMistakeOf({ policyType, level, overrides }: PolicyEntry, all: ReadonlySet<string>): Mistake | null {
  if (overrides === null) return null;
  if (levels.indexOf(overrides.level) <= levels.indexOf(level)) {
    return ["/overrides", "must name a less specific level (staff, service, branch, company: from most to least)"];
  }
  if (all.has(policyKey(policyType, overrides))) return null;
  return ["/overrides", `names no ${policyType} policy that is in the document or stays; name one or null`];
}
