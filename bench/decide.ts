import { Engine } from "json-rules-engine";
import { decideCancellation, type Facts } from "../src/policies/decide.ts";
import { type Configuration, effectivePolicy, type Target } from "../src/policies/effective.ts";
import type { BenchTable } from "./table.ts";

const hourMs = 3_600_000;
const start = Date.UTC(2026, 2, 9, 9);

const chain: Target[] = [
  { level: "staff", id: "a" },
  { level: "service", id: "1" },
  { level: "branch", id: "b" },
  { level: "company", id: "1" },
];
const configurations = chain.map(({ level, id }, index): Configuration => {
  const config =
    [
      { minNoticeHours: 24 },
      { fee: { type: "percentage", percent: 25 } as const },
      { maxPer30Days: 3 },
      { lateCancellation: "allow" } as const,
    ][index] ?? {};
  return {
    id: index + 1,
    level,
    targetId: id,
    policyType: "cancellation",
    config,
    isOverride: true,
    overridesId: null,
    version: 1,
  };
});

function factsAt(hours: number, used: number): Facts {
  return {
    action: "cancel",
    appointment: {
      id: 1,
      status: "booked",
      startsAtMs: start,
      endsAtMs: start + hourMs,
      bookedAtMs: start - 999 * hourMs,
      priceCents: 8000,
      currency: "EUR",
      branchId: "b",
      serviceId: 1,
      staffId: "a",
    },
    requestedAtMs: start - hours * hourMs,
    nowMs: start - hours * hourMs,
    zone: "Europe/Berlin",
    sameDay: false,
    initiatedBy: "customer",
    actor: { type: "user", id: "1" },
    caller: "notRequired",
    mayActForBusiness: false,
    mayForce: false,
    force: null,
    reason: null,
    used30Days: used,
    used90Days: used,
    movesSoFar: 0,
    move: null,
  };
}

const cases = [factsAt(72, 0), factsAt(12, 1), factsAt(12, 3), factsAt(30, 2)];

/** Decisions a second on one core, the policy resolved and held against a general rule engine on the same rules. */
export async function benchDecide(): Promise<BenchTable> {
  const policy = effectivePolicy("cancellation", chain, configurations);
  const ours = perSecond(400_000, (index) => decideCancellation(policy, cases[index % cases.length] as Facts));
  const resolving = perSecond(100_000, (index) =>
    decideCancellation(effectivePolicy("cancellation", chain, configurations), cases[index % cases.length] as Facts),
  );
  const peer = await jsonRulesEngine();
  return {
    name: "decisions a second, one core",
    columns: ["what", "decisions/s", "ratio to json-rules-engine", "receipt"],
    rows: [
      ["decide on a resolved policy", Math.round(ours), ratio(ours / peer), "yes"],
      ["resolve four levels, then decide", Math.round(resolving), ratio(resolving / peer), "yes"],
      ["json-rules-engine", Math.round(peer), 1, "no"],
    ],
    note: "The peer evaluates two rules on facts that are already resolved: no inheritance, no fee.",
  };
}

/** Results go where the compiler cannot prove them unused, or it would leave the work out. */
const kept: unknown[] = new Array(1024);

function perSecond(times: number, run: (index: number) => unknown): number {
  for (let index = 0; index < times / 4; index++) run(index);
  const began = performance.now();
  for (let index = 0; index < times; index++) kept[index % kept.length] = run(index);
  return (times / (performance.now() - began)) * 1000;
}

async function jsonRulesEngine(): Promise<number> {
  const engine = new Engine();
  engine.addRule({
    conditions: {
      all: [
        { fact: "noticeHours", operator: "lessThan", value: 24 },
        { fact: "late", operator: "equal", value: "deny" },
      ],
    },
    event: { type: "noticeTooShort" },
  });
  engine.addRule({
    conditions: { all: [{ fact: "used", operator: "greaterThanInclusive", value: 3 }] },
    event: { type: "quotaExceeded" },
  });
  const inputs = cases.map((facts) => ({
    noticeHours: (start - facts.requestedAtMs) / hourMs,
    late: "allow",
    used: facts.used30Days,
  }));
  const times = 4_000;
  for (let index = 0; index < times / 4; index++) await engine.run(inputs[index % inputs.length]);
  const began = performance.now();
  for (let index = 0; index < times; index++) await engine.run(inputs[index % inputs.length]);
  return (times / (performance.now() - began)) * 1000;
}

function ratio(value: number): number {
  return Math.round(value * 10) / 10;
}
