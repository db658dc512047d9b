import fc from "fast-check";
import { expect, test } from "vitest";
import { type Configuration, effectivePolicy, levels, parentMistake, type Target } from "./effective.ts";
import { systemDefaults } from "./rules.ts";

const chain: Target[] = levels.map((level) => ({ level, id: "1" }));

const configuration = fc.record({
  id: fc.integer({ min: 1, max: 8 }),
  level: fc.constantFrom(...levels),
  targetId: fc.constantFrom("1", "2"),
  policyType: fc.constant("cancellation" as const),
  config: fc.record(
    { minNoticeHours: fc.nat(96), maxPer30Days: fc.option(fc.nat(5)), requireReason: fc.boolean() },
    { requiredKeys: [] },
  ),
  isOverride: fc.boolean(),
  overridesId: fc.option(fc.integer({ min: 1, max: 9 })),
  version: fc.constant(1),
});
const configurations = fc
  .uniqueArray(configuration, { selector: ({ id }) => id, maxLength: 8 })
  .map((all) =>
    all.filter(
      (one, index) => all.findIndex((other) => other.level === one.level && other.targetId === one.targetId) === index,
    ),
  );

/** Walks one field at a time, from the place where it would be looked up by hand. */
function naive(field: string, all: readonly Configuration[]): unknown {
  const order = ["company", "branch", "service", "staff"];
  const nextBelow = (height: number): Configuration | null => {
    for (let at = height - 1; at >= 0; at--) {
      for (const one of all) if (one.level === order[at] && one.targetId === "1") return one;
    }
    return null;
  };
  let here = nextBelow(order.length);
  while (here !== null) {
    if (Object.hasOwn(here.config, field)) return (here.config as Record<string, unknown>)[field];
    if (!here.isOverride) break;
    const height = order.indexOf(here.level);
    const wanted = here.overridesId;
    const parents = all.filter((one) => one.id === wanted && order.indexOf(one.level) < height);
    here = parents[0] ?? nextBelow(height);
  }
  return (systemDefaults.cancellation as Record<string, unknown>)[field];
}

test("every field is what looking it up by hand gives, whatever the data, circles too", () => {
  fc.assert(
    fc.property(configurations, (all) => {
      const { values, provenance } = effectivePolicy("cancellation", chain, all);
      for (const [field, value] of Object.entries(values)) {
        expect(value).toEqual(naive(field, all));
        expect(provenance[field as keyof typeof provenance].value).toEqual(value);
      }
    }),
    { numRuns: 2000 },
  );
});

test("what a value shadows is what would apply without the configuration that sets it", () => {
  const inheriting = configurations.map((all) => all.map((one) => ({ ...one, isOverride: true, overridesId: null })));
  fc.assert(
    fc.property(inheriting, (all) => {
      const { provenance } = effectivePolicy("cancellation", chain, all);
      for (const [field, { configurationId, shadows }] of Object.entries(provenance)) {
        if (configurationId === null) expect(shadows).toEqual([]);
        else {
          const others = all.filter(({ id }) => id !== configurationId);
          const { shadows: further, ...next } = effectivePolicy("cancellation", chain, others).provenance[
            field as keyof typeof provenance
          ];
          expect(shadows).toEqual([next, ...further]);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("only a policy's own fields are taken, whatever a stored configuration names besides", () => {
  const config = JSON.parse(`{"constructor": 1, "toString": 2, "__proto__": {"shadows": []}, "minNoticeHours": 3}`);
  const { values } = effectivePolicy("cancellation", chain, [{ ...one(1, "company", null), config }]);
  expect(values).toStrictEqual({ ...systemDefaults.cancellation, minNoticeHours: 3 });
});

const one = (id: number, level: Configuration["level"], overridesId: number | null): Configuration => ({
  id,
  level,
  targetId: "1",
  policyType: "cancellation",
  config: {},
  isOverride: true,
  overridesId,
  version: 1,
});

test.each([
  ["itself", one(1, "branch", 1), [one(1, "branch", null)], "self"],
  ["one that builds on it", one(1, "branch", 2), [one(1, "branch", null), one(2, "staff", 1)], "circular"],
  ["one that does not exist", one(1, "branch", 9), [], "unknown"],
  ["one of its own level", one(1, "branch", 2), [one(2, "branch", null)], "notLessSpecific"],
  ["the company's", one(1, "branch", 2), [one(2, "company", null)], null],
] as const)("overriding %s", (_, child, all, expected) => {
  expect(parentMistake(child, all)).toBe(expected);
});
