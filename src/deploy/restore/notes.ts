import type { Adoption } from "../adopt.ts";
import type { Manifest } from "../backup/manifest.ts";
import type { Applied, Run } from "../journal.ts";
import type { Work } from "../work.ts";
import type { IncomingKey } from "./incoming-keys.ts";
import type { Kept } from "./kept.ts";

/** What a restore has found out and made, kept in its run so that whoever goes on with it knows. */
export interface RestoreNotes {
  /** What the backup's manifest says, for the backup may be elsewhere by the time it is needed again. */
  readonly backup: Pick<Manifest, "takenAt" | "snapshot" | "tables" | "applied" | "adoption">;
  /** Where the backup was loaded: a schema, on SQLite a file. */
  readonly shadow: string;
  /** Where the tables of before are once they are exchanged: a schema, on SQLite a file. */
  readonly aside: string;
  /** Where the restored ones go if the restore is taken back after others were let in again. */
  readonly after: string;
  /** Events that are on in the backup. */
  readonly events: readonly string[];
  /** Foreign keys of other schemas that refer to this one. */
  readonly incoming: readonly IncomingKey[];
  /** Whether those that this user cannot see were looked for; null where there are no other schemas. */
  readonly otherSchemas: "checked" | "not checked" | null;
  /** Files with the triggers, views, routines and events, as SQL for the server's own client; null on SQLite. */
  readonly definitions: { readonly restored: string; readonly before: string } | null;
  /** The journal's part of the database as it was before. */
  readonly journal: JournalPart;
  /** Others were let in again: what they have written since is in the restored tables. */
  readonly opened: boolean;
  /** What the tables of before held that the backup does not; null until it is counted. */
  readonly kept: readonly Kept[] | null;
}

/** What the journal knows of a database's rows and structure. */
export interface JournalPart {
  readonly applied: readonly Applied[];
  readonly adoption: Adoption | null;
}

/** Null before anything was prepared. */
export function notesOf({ notes }: Pick<Run, "notes">): RestoreNotes | null {
  return (notes.restore as RestoreNotes | undefined) ?? null;
}

/** @throws Error where nothing was prepared */
export function preparedNotes({ run }: Work): RestoreNotes {
  const notes = notesOf(run);
  if (notes === null) throw new Error("The restore was not prepared.");
  return notes;
}

export async function changeNotes(work: Work, change: Partial<RestoreNotes>): Promise<void> {
  await work.save({ notes: { ...work.run.notes, restore: { ...notesOf(work.run), ...change } } });
}
