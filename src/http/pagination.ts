import { z } from "zod";
import { invalid } from "../errors.ts";

/** Fields of every list's query: `query: z.object({ ...pageQuery, status: … })`. */
export const pageQuery = {
  limit: z.coerce
    .number("Must be a whole number from 1 to 100.")
    .int("Must be a whole number from 1 to 100.")
    .min(1)
    .max(100)
    .default(25)
    .meta({ description: "How many at most" }),
  cursor: z.string().max(4000).optional().meta({ description: "`nextCursor` of the page before; none for the first" }),
};

/** A reply with one page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().meta({ description: "Send it as `cursor` for the next page; null on the last" }),
  });
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/**
 * An order that a list can be read in: its name, and the values of a row that it sorts by, the last one unique. The
 * page after a cursor holds the rows whose values come after the cursor's, so that inserts shift nothing.
 */
export interface Sort<Key extends readonly unknown[]> {
  readonly name: string;
  readonly key: z.ZodType<Key>;
}

const version = 1;

/** The opaque text that stands for a place in a sorted list. */
export function cursorOf<Key extends readonly unknown[]>(sort: Sort<Key>, key: Key): string {
  return Buffer.from(JSON.stringify([version, sort.name, ...key])).toString("base64url");
}

/**
 * The place a cursor stands for; null for the list's beginning.
 * @throws Refusal validationFailed on anything that `cursorOf` did not make for this very sort
 */
export function readCursor<Key extends readonly unknown[]>(sort: Sort<Key>, cursor: string | undefined): Key | null {
  if (cursor === undefined) return null;
  const [madeBy, name, ...key] = decoded(cursor);
  const result = madeBy === version && name === sort.name ? sort.key.safeParse(key) : null;
  if (!result?.success) {
    throw invalid("query/cursor", "Is no cursor of this list in this order. Send nextCursor as it came, or none.");
  }
  return result.data;
}

function decoded(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** @param items read with a limit of one more than the page's, which tells whether there is another page */
export function page<Item>(items: readonly Item[], limit: number, cursorOf: (item: Item) => string): Page<Item> {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown, nextCursor: items.length > limit && last !== undefined ? cursorOf(last) : null };
}
