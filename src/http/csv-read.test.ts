import fc from "fast-check";
import { expect, test } from "vitest";
import { csvLine } from "./csv.ts";
import { readCsv } from "./csv-read.ts";

const read = (text: string) => readCsv(text, "/csv");

test("reads quotes, line breaks within them, empty cells and the line's number", () => {
  const { columns, rows } = read('\uFEFFname,note\r\n"A ""B""","x,\ny"\n\nC,\n');
  expect(columns).toEqual(["name", "note"]);
  expect(rows).toEqual([
    { line: 2, cells: { name: 'A "B"', note: "x,\ny" } },
    { line: 5, cells: { name: "C", note: null } },
  ]);
});

test("what an export wrote reads as it was, formulas too", () => {
  const formulaLike = fc
    .tuple(fc.constantFrom("", "'", "''"), fc.constantFrom("=", "-1", "\r", "\n", "＝"))
    .map((parts) => parts.join(""));
  const cell = fc.oneof(fc.string({ unit: "grapheme", minLength: 1 }), formulaLike);
  const table = fc.array(fc.tuple(cell, cell), { minLength: 1 });
  fc.assert(
    fc.property(table, (cells) => {
      const { rows } = read(csvLine(["a", "b"]) + cells.map(csvLine).join(""));
      expect(rows.map((row) => [row.cells.a, row.cells.b])).toEqual(cells);
    }),
  );
});

test.each([
  ["", "is empty"],
  ["a,a\n1,2", 'the column "a" twice'],
  ["a,b\n1", "1 cells in line 2 and 2 columns"],
  ['a,b\n1,"2', "quote in line 2"],
  ['a,b\n1,2"3', "quote in line 2"],
  ['a\n"1"2\n', "quote in line 2"],
])("refuses %j and says where", (text, message) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({ fields: [{ pointer: "/csv", message: expect.stringContaining(message) }] }),
  );
});
