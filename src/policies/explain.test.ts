import { describe, expect, test } from "vitest";
import {
  type Decision,
  type DecisionCode,
  decideCancellation,
  decideReschedule,
  decisionCodes,
  type Facts,
} from "./decide.ts";
import { type Configuration, effectivePolicy, type Level } from "./effective.ts";
import { explain, languages, registers } from "./explain.ts";
import type { Config } from "./rules.ts";

const startsAtMs = Date.parse("2026-11-27T13:00:00Z");
const hourMs = 3_600_000;

const facts: Facts = {
  action: "cancel",
  appointment: {
    id: 4711,
    status: "confirmed",
    startsAtMs,
    endsAtMs: startsAtMs + hourMs,
    bookedAtMs: null,
    priceCents: 10_200,
    currency: "EUR",
    branchId: "branch-secret",
    serviceId: 815,
    staffId: "staff-secret",
  },
  requestedAtMs: startsAtMs - 72 * hourMs,
  nowMs: startsAtMs - 72 * hourMs,
  zone: "Europe/Berlin",
  sameDay: false,
  initiatedBy: "customer",
  actor: { type: "user", id: "actor-secret" },
  caller: "notRequired",
  mayActForBusiness: true,
  mayForce: true,
  force: null,
  reason: null,
  used30Days: 0,
  used90Days: 0,
  movesSoFar: 0,
  move: null,
};

const late = { requestedAtMs: startsAtMs - 1.5 * hourMs };
const fee25 = { fee: { type: "percentage", percent: 25 }, feeWhen: "always" } as const;
const fee2550 = { fee: { type: "fixed", amountCents: 2550 }, feeWhen: "always" } as const;

function configured(policyType: "cancellation" | "reschedule", config: Config, level: Level): Configuration[] {
  return [{ id: 1, level, targetId: "1", policyType, config, isOverride: true, overridesId: null, version: 1 }];
}

function cancel(
  config: Config<"cancellation"> = {},
  given: Partial<Facts> = {},
  appointment: Partial<Facts["appointment"]> = {},
  level: Level = "service",
): Decision {
  const policy = effectivePolicy("cancellation", [{ level, id: "1" }], configured("cancellation", config, level));
  return decideCancellation(policy, { ...facts, ...given, appointment: { ...facts.appointment, ...appointment } });
}

function move(config: Config<"reschedule"> = {}, given: Partial<Facts> = {}): Decision {
  const rules = configured("reschedule", config, "branch");
  const policy = effectivePolicy("reschedule", [{ level: "branch", id: "1" }], rules);
  const to = {
    startsAtMs: startsAtMs + 24 * hourMs,
    endsAtMs: startsAtMs + 25 * hourMs,
    staffId: null,
    slotFree: true,
  };
  return decideReschedule(policy, { ...facts, action: "reschedule", move: to, ...given });
}

const say = (decision: Decision, language: "de" | "en", register: "customer" | "staff" | "voice") =>
  explain(decision, { language, register });

function withCode(decision: Decision, code: DecisionCode): Decision {
  const required: Partial<Record<DecisionCode, Decision["required"]>> = {
    noticeTooShort: { noticeHours: 48, latestAtMs: startsAtMs - 48 * hourMs },
    appointmentLimitReached: { limit: 2, used: 2, windowDays: null },
    quotaExceeded: { limit: 3, used: 3, windowDays: 30 },
    reasonRequired: { reason: true },
  };
  const receipt = { ...decision.receipt, rule: code };
  return { ...decision, code, allowed: code === "allowed", required: required[code] ?? null, receipt };
}

const force = { reason: "Stammkunde", waiveFee: false, waiverReason: null };
const waiver = { reason: "Stammkunde", waiveFee: true, waiverReason: "Kulanz" };
const waived = cancel({ minNoticeHours: 48, ...fee2550 }, { ...late, force: waiver });
const variants: Record<string, Decision> = {
  free: cancel(),
  fee: cancel(fee2550),
  priceUnknown: cancel(fee25, {}, { priceCents: null }),
  forced: cancel({ minNoticeHours: 48, ...fee2550 }, { ...late, force }),
  waived,
  business: cancel(fee2550, { initiatedBy: "business", reason: "krank" }),
  grace: cancel({ ...fee2550, graceMinutesAfterBooking: 60 }, {}, { bookedAtMs: facts.requestedAtMs }),
};

const ways = languages.flatMap((language) => registers.map((register) => ({ language, register })));
const broken = /undefined|null|NaN|\[object|Invalid/;
const unspeakable = /[€$£%:/()]/;

function expectDistinct(texts: string[]): void {
  expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([]);
}

describe.each([
  ["cancelling", cancel({ minNoticeHours: 48, ...fee2550 })],
  ["moving", move({ minNoticeHours: 48, ...fee2550 })],
])("%s", (_name, decision) => {
  const rows = decisionCodes.flatMap((code) => ways.map((way) => ({ code, ...way })));

  test.each(rows)("$code is put into words: $language, $register", ({ code, language, register }) => {
    const text = say(withCode(decision, code), language, register);
    expect(text).toMatch(/^[A-ZÄÖÜ].*[.?]$/);
    expect(text).not.toMatch(broken);
    if (register === "voice") expect(text).not.toMatch(unspeakable);
  });

  test("no two codes, registers or languages sound the same", () => {
    expectDistinct(rows.map(({ code, language, register }) => say(withCode(decision, code), language, register)));
  });
});

test("what was asked for shows in every text about it", () => {
  const [cancelling, moving] = [cancel({ minNoticeHours: 48 }), move({ minNoticeHours: 48 })];
  const neutral = new Set<DecisionCode>(["slotTaken", "appointmentLimitReached"]);
  const rows = decisionCodes
    .filter((code) => !neutral.has(code))
    .flatMap((code) => ways.map((way) => ({ code, ...way })));
  for (const { code, language, register } of rows) {
    const texts = [cancelling, moving].map((decision) => say(withCode(decision, code), language, register));
    expect(texts[0], `${code} ${language} ${register}`).not.toBe(texts[1]);
  }
});

test.each(languages)("every way to be allowed is told apart by the staff, in %s", (language) => {
  expectDistinct(Object.values(variants).map((decision) => say(decision, language, "staff")));
  for (const decision of Object.values(variants)) {
    expect(decision.code).toBe("allowed");
    for (const register of registers) expect(say(decision, language, register)).not.toMatch(broken);
    expect(say(decision, language, "voice")).not.toMatch(unspeakable);
  }
});

test("an unverified caller hears the same whatever is stored", () => {
  const stored = cancel(
    { minNoticeHours: 48, ...fee2550 },
    { caller: "unverified", zone: "Asia/Tokyo", ...late },
    { startsAtMs: startsAtMs + 5 * hourMs, currency: "CHF", id: 99 },
    "staff",
  );
  const other = cancel({}, { caller: "unverified" });
  expect([stored.code, other.code]).toEqual(["callerUnverified", "callerUnverified"]);
  for (const language of languages) {
    for (const register of registers) {
      const text = say(stored, language, register);
      expect(text).toBe(say(other, language, register));
      expect(text).not.toMatch(/\d|secret/);
    }
  }
});

test("notice too short, in German and English", () => {
  const decision = cancel({ minNoticeHours: 48 }, late);
  expect(decision.code).toBe("noticeTooShort");
  expect(say(decision, "de", "customer")).toBe(
    "Für diesen Termin gilt eine Frist von 48 Stunden. Absagen war bis Mittwoch, 25. November, 14:00 Uhr möglich. Wenn Sie möchten, rufen wir Sie gern zurück.",
  );
  expect(say(decision, "de", "staff")).toBe(
    "Die Absage kommt zu spät: 48 Stunden Vorlauf nötig, noch 1,5 Stunden bis zum Termin. Möglich war sie bis Mittwoch, 25. November, 14:00 Uhr. Regel: Leistung.",
  );
  expect(say(decision, "de", "voice")).toBe(
    "Für den Termin gilt eine Frist von 48 Stunden, deshalb kann ich ihn nicht mehr absagen. Sollen wir Sie zurückrufen?",
  );
  expect(say(decision, "en", "customer")).toBe(
    "This appointment needs 48 hours of notice. You could cancel it until Wednesday 25 November at 14:00. If you like, we will gladly call you back.",
  );
  const inTokyo = cancel({ minNoticeHours: 48 }, { ...late, zone: "Asia/Tokyo" });
  expect(say(inTokyo, "de", "customer")).toContain("Mittwoch, 25. November, 22:00 Uhr");
});

test.each([
  [1, "1 Stunde.", "1 hour of"],
  [1.5, "1,5 Stunden.", "1.5 hours of"],
  [0.25, "0,25 Stunden.", "0.25 hours of"],
  [8760, "8760 Stunden.", "8760 hours of"],
])("%s hours in words", (minNoticeHours, german, english) => {
  const decision = cancel({ minNoticeHours }, { requestedAtMs: startsAtMs - 60_000 });
  expect(say(decision, "de", "customer")).toContain(`eine Frist von ${german}`);
  expect(say(decision, "en", "customer")).toContain(`needs ${english}`);
});

test.each([
  [2550, "EUR", "25,50 €", "25 Euro 50", "25 euros 50"],
  [100, "EUR", "1,00 €", "1 Euro", "1 euro"],
  [50, "EUR", "0,50 €", "50 Cent", "50 cents"],
  [2550, "CHF", "25,50 CHF", "25,50 Schweizer Franken", "25.50 Swiss francs"],
  [2500, "CHF", "25,00 CHF", "25 Schweizer Franken", "25 Swiss francs"],
  [2500, "JPY", "2.500 ¥", "2500 Japanische Yen", "2500 Japanese yen"],
])("%s minor units of %s", (amountCents, currency, written, german, english) => {
  const decision = cancel({ fee: { type: "fixed", amountCents }, feeWhen: "always" }, {}, { currency });
  expect(say(decision, "de", "customer").replaceAll("\u00a0", " ")).toBe(
    `Sie können diesen Termin gegen eine Gebühr von ${written} absagen.`,
  );
  expect(say(decision, "de", "voice")).toBe(`Ja, das geht. Das Absagen kostet ${german}.`);
  expect(say(decision, "en", "voice")).toBe(`Yes, that works. Cancelling costs ${english}.`);
});

test.each([
  ["staff", "Mitarbeiter/in", "staff member"],
  ["service", "Leistung", "service"],
  ["branch", "Filiale", "branch"],
  ["company", "Unternehmen", "company"],
] as const)("the staff learn that a rule is set at the level %s", (level, german, english) => {
  const decision = cancel({ maxPer90Days: 1 }, { used90Days: 1 }, {}, level);
  expect(say(decision, "de", "staff")).toBe(`Kontingent erschöpft (Absagen): 1 von 1 in 90 Tagen. Regel: ${german}.`);
  expect(say(decision, "en", "staff")).toContain(`Rule: ${english}.`);
});

test("what nobody set is the system's default", () => {
  expect(say(cancel(), "de", "staff")).toBe(
    "Die Absage ist erlaubt. Vorlauf: 72 Stunden, Frist: 0 Stunden (Regel: Systemvorgabe). Gebühr: keine (Regel: Systemvorgabe).",
  );
});

test("one is not told as many, and none is not told as reached", () => {
  const once = move({ maxPerAppointment: 1 }, { movesSoFar: 1 });
  expect(say(once, "de", "customer")).toContain("bereits einmal verschoben");
  expect(say(move({ maxPerAppointment: 0 }), "de", "customer")).toContain("lässt sich leider nicht verschieben");
  const quota = cancel({ maxPer30Days: 1 }, { used30Days: 1 });
  expect(say(quota, "de", "customer")).toContain("höchstens einen Termin absagen");
  expect(say(quota, "en", "customer")).toContain("at most one appointment,");
  expect(say(cancel({ maxPer30Days: 0 }), "de", "voice")).not.toMatch(/\d/);
});

test("a waived fee is told to the staff only", () => {
  expect(say(waived, "en", "staff")).toContain("Fee: €0.00, waived: €25.50.");
  expect(say(waived, "en", "customer")).toBe(
    "We are happy to make an exception: you can cancel this appointment free of charge.",
  );
});
