import fc from "fast-check";
import { expect, test } from "vitest";
import { wrapped } from "./wrap.ts";

test("no line is longer than the terminal, and no letter is lost", () => {
  const words = fc.array(fc.stringMatching(/^[a-z/_.]{1,90}$/), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(words, fc.integer({ min: 20, max: 120 }), (given, columns) => {
      const lines = wrapped("  12.3s ", given.join(" "), columns).split("\n");
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns);
      expect(lines.join("").replaceAll(/[\s]|12\.3s/g, "")).toBe(given.join(""));
    }),
  );
});

test("what goes on stands below the text", () => {
  expect(wrapped("   1.0s ", "rehearsed on a copy: 12 statements in 340 ms", 40)).toBe(
    "   1.0s rehearsed on a copy: 12\n        statements in 340 ms",
  );
});
