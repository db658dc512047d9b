import { randomBytes } from "node:crypto";
import type { Instant } from "../clock.ts";
import { isoOf } from "../clock.ts";
import { sha256 } from "../ids.ts";

/** One line of the log, as far as its place in the chain covers it. */
export interface Entry {
  readonly companyId: number;
  readonly number: number;
  readonly actorToken: string;
  readonly source: string;
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly changesHash: string;
  readonly requestId: string | null;
  readonly eventId: number | null;
  readonly happenedAt: Instant;
}

/** Before the first line. */
export const beginning = "0".repeat(64);

/** A line's hash holds the one before: no line can be changed, added in between or taken out unseen. Pure. */
export function hashOf(previous: string, entry: Entry): string {
  const { companyId, number, actorToken, source, action, subjectType, subjectId, changesHash } = entry;
  const { requestId, eventId, happenedAt } = entry;
  return sha256(
    JSON.stringify([
      previous,
      companyId,
      number,
      actorToken,
      source,
      action,
      subjectType,
      subjectId,
      changesHash,
      requestId,
      eventId,
      isoOf(happenedAt),
    ]),
  );
}

/** Values are hashed with a salt that goes when they go: what was erased cannot be guessed from its hash. */
export function sealChanges(changes: string): { salt: string; changesHash: string } {
  const salt = randomBytes(16).toString("hex");
  return { salt, changesHash: changesHashOf(salt, changes) };
}

export function changesHashOf(salt: string, changes: string): string {
  return sha256(`${salt}${changes}`);
}
