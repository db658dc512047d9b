import { newEnforcer, newModelFromString, StringAdapter } from "casbin";
import { Engine } from "json-rules-engine";
import type { Facts } from "../src/policies/decide.ts";
import { feeOf } from "../src/policies/fees.ts";
import { systemDefaults, type Values } from "../src/policies/rules.ts";
import { configurations } from "./decide-cases.ts";

/** What a peer answers, as far as it can say; null where it does not. */
export interface Answer {
  readonly allowed: boolean;
  readonly code: string | null;
  readonly feeCents: number;
}

export interface Peer {
  readonly name: string;
  readonly reason: "yes" | "no";
  decide(facts: Facts): Answer | Promise<Answer>;
}

/** The same rules on general engines, each in the quickest form it has. Plain code beside them does what they cannot. */
export async function peers(): Promise<Peer[]> {
  return [jsonRulesEngine(), await casbinRules(), await casbinMatcher()];
}

const hourMs = 3_600_000;

/** Neither inherits field by field: a plain merge, without where a value comes from, does it here. */
function merged(): Values<"cancellation"> {
  const [staff, service, branch, company] = configurations;
  const all = { ...systemDefaults.cancellation, ...company?.config, ...branch?.config, ...service?.config };
  return { ...all, ...staff?.config };
}

/** Nor do they calculate: what the rules compare is worked out before them. */
function inputOf(facts: Facts) {
  const values = merged();
  const { appointment, requestedAtMs } = facts;
  const noticeMs = appointment.startsAtMs - requestedAtMs;
  const sinceBookingMs = requestedAtMs - (appointment.bookedAtMs ?? Number.NEGATIVE_INFINITY);
  const { graceMinutesAfterBooking: grace } = values;
  return {
    values,
    noticeMs,
    status: appointment.status,
    caller: facts.caller,
    noticeHours: noticeMs / hourMs,
    inGrace: grace > 0 && sinceBookingMs <= grace * 60_000,
    hasReason: facts.reason !== null && facts.reason.trim() !== "",
    requireReason: values.requireReason,
    late: values.lateCancellation,
    minNoticeHours: values.minNoticeHours,
    used30: facts.used30Days,
    used90: facts.used90Days,
    max30: values.maxPer30Days ?? Number.POSITIVE_INFINITY,
    max90: values.maxPer90Days ?? Number.POSITIVE_INFINITY,
  };
}
type Input = ReturnType<typeof inputOf>;

function answer(allowed: boolean, code: string | null, { values, noticeMs, inGrace }: Input, facts: Facts): Answer {
  const fee = allowed && !inGrace ? feeOf(values, noticeMs, facts.appointment.priceCents).cents : 0;
  return { allowed, code, feeCents: fee };
}

type Condition = { fact: keyof Input; operator: string; value: unknown };
const is = (fact: keyof Input, value: unknown): Condition => ({ fact, operator: "equal", value });
const than = (fact: keyof Input, operator: string, other: keyof Input): Condition => ({
  fact,
  operator,
  value: { fact: other },
});

/** The first of them that holds denies. */
const denials: readonly (readonly [code: string, all: readonly Condition[]])[] = [
  ["alreadyCancelled", [is("status", "cancelled")]],
  ["alreadyStarted", [{ fact: "noticeHours", operator: "lessThanInclusive", value: 0 }]],
  ["callerUnverified", [is("caller", "unverified")]],
  ["noticeTooShort", [is("inGrace", false), is("late", "deny"), than("noticeHours", "lessThan", "minNoticeHours")]],
  ["quotaExceeded", [than("used30", "greaterThanInclusive", "max30")]],
  ["quotaExceeded", [than("used90", "greaterThanInclusive", "max90")]],
  ["reasonRequired", [is("requireReason", true), is("hasReason", false)]],
];

/** All rules run side by side: with priorities, to stop at the first, it takes longer. */
function jsonRulesEngine(): Peer {
  const engine = new Engine();
  for (const [index, [type, all]] of denials.entries()) {
    engine.addRule({ conditions: { all: [...all] as never }, event: { type, params: { index } } });
  }
  return {
    name: "json-rules-engine, run()",
    reason: "yes",
    async decide(facts) {
      const input = inputOf(facts);
      const { events } = await engine.run(input);
      const [first = null] = events.toSorted((one, other) => one.params?.index - other.params?.index);
      return answer(first === null, first?.type ?? null, input, facts);
    },
  };
}

const operators: Record<string, string> = {
  equal: "==",
  lessThan: "<",
  lessThanInclusive: "<=",
  greaterThanInclusive: ">=",
};

const expressions = denials.map(([code, all]) => {
  const terms = all.map(({ fact, operator, value }) => {
    const other = typeof value === "object" ? `r.f.${(value as { fact: string }).fact}` : literal(value);
    return `r.f.${fact} ${operators[operator]} ${other}`;
  });
  return [code, terms.join(" && ")] as const;
});

function literal(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : String(value);
}

/** A policy line a rule: the answer names the one that denied. */
async function casbinRules(): Promise<Peer> {
  const model = newModelFromString(`
    [request_definition]
    r = f
    [policy_definition]
    p = code, rule, eft
    [policy_effect]
    e = !some(where (p.eft == deny))
    [matchers]
    m = eval(p.rule)`);
  const lines = expressions.map(([code, rule]) => `p, ${code}, ${rule}, deny`);
  const enforcer = await newEnforcer(model, new StringAdapter(lines.join("\n")));
  return {
    name: "casbin, a policy line a rule, enforceExSync()",
    reason: "yes",
    decide(facts) {
      const input = inputOf(facts);
      const [allowed, line] = enforcer.enforceExSync(input);
      return answer(allowed, line[0] ?? null, input, facts);
    },
  };
}

/** All rules in one matcher: quicker, and it says no more than yes or no. */
async function casbinMatcher(): Promise<Peer> {
  const model = newModelFromString(`
    [request_definition]
    r = f
    [policy_definition]
    p = name
    [policy_effect]
    e = some(where (p.eft == allow))
    [matchers]
    m = !(${expressions.map(([, rule]) => `(${rule})`).join(" || ")})`);
  const enforcer = await newEnforcer(model, new StringAdapter("p, all"));
  return {
    name: "casbin, one matcher, enforceSync()",
    reason: "no",
    decide(facts) {
      const input = inputOf(facts);
      return answer(enforcer.enforceSync(input), null, input, facts);
    },
  };
}
