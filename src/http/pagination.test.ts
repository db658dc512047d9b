import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { Refusal } from "../errors.ts";
import { cursorOf, page, pageQuery, readCursor, type Sort } from "./pagination.ts";

const byStart: Sort<[string, number]> = { name: "startsAt", key: z.tuple([z.iso.datetime(), z.int()]) };
const byName: Sort<[string, number]> = { name: "name", key: z.tuple([z.string(), z.int()]) };

test("a cursor stands for exactly the values it was made of", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.maxSafeInteger(), (name, id) => {
      expect(readCursor(byName, cursorOf(byName, [name, id]))).toEqual([name, id]);
    }),
  );
});

test("no cursor is the beginning of the list", () => {
  expect(readCursor(byStart, undefined)).toBeNull();
});

test.each([
  ["garbage", "garbage!"],
  ["nothing", ""],
  ["JSON that is no list", Buffer.from("{}").toString("base64url")],
  ["another sort's", cursorOf(byName, ["x", 1])],
  ["another version's", Buffer.from('[2,"startsAt","2026-03-02T09:00:00Z",1]').toString("base64url")],
  ["one with other values", Buffer.from('[1,"startsAt","yesterday",1]').toString("base64url")],
  ["one with too many values", Buffer.from('[1,"startsAt","2026-03-02T09:00:00Z",1,2]').toString("base64url")],
])("%s is refused as a cursor, naming the field", (_what, cursor) => {
  expect(() => readCursor(byStart, cursor)).toThrow(Refusal);
  try {
    readCursor(byStart, cursor);
  } catch (error) {
    expect((error as Refusal).fields).toMatchObject([{ pointer: "query/cursor" }]);
  }
});

test("any text is read or refused, never an error of ours", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.base64String(),
        fc.json().map((text) => btoa(encodeURI(text))),
      ),
      (cursor) => {
        try {
          readCursor(byStart, cursor);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      },
    ),
  );
});

test("reading page by page gives every item once, in order, also with inserts before the cursor", () => {
  const size = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(size, fc.integer({ min: 1, max: 10 }), (count, limit) => {
      let rows = Array.from({ length: count }, (_, index) => index * 10);
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const after = readCursor(byName, cursor)?.[1] ?? -1;
        const found = rows.filter((row) => row > after).slice(0, limit + 1);
        const { items, nextCursor } = page(found, limit, (row) => cursorOf(byName, ["", row]));
        seen.push(...items);
        cursor = nextCursor ?? undefined;
        rows = [-5, ...rows];
      } while (cursor !== undefined);
      expect(seen.filter((row) => row >= 0)).toEqual(Array.from({ length: count }, (_, index) => index * 10));
    }),
  );
});

test("a page has 25 items unless the caller says otherwise, and never more than 100", () => {
  const query = z.object(pageQuery);
  expect(query.parse({})).toEqual({ limit: 25 });
  expect(query.parse({ limit: "100" })).toEqual({ limit: 100 });
  for (const limit of ["0", "101", "1.5", "many", ""]) expect(query.safeParse({ limit }).success).toBe(false);
});
