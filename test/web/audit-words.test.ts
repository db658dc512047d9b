import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { policyChangeKinds } from "../../src/db/schema.ts";
import { mapping } from "../../src/notifications/mapping.ts";
import { fieldWords } from "../../web/screens/audit/fields.ts";
import { subjectWords } from "../../web/screens/audit/subject.ts";
import { type Reading, valueWords } from "../../web/screens/audit/values.ts";
import { auditWords } from "../../web/texts/audit.ts";
import { auditActions } from "../../web/texts/audit-actions.ts";
import { de } from "../../web/texts/de.ts";
import { en } from "../../web/texts/en.ts";
import { formatFor } from "../../web/texts/format.ts";
import { languages } from "../../web/texts/languages.ts";

const src = join(import.meta.dirname, "../../src");
const sources = globSync("**/*.ts", { cwd: src })
  .filter((file) => !file.endsWith(".test.ts"))
  .map((file) => readFileSync(join(src, file), "utf8"));
const found = (pattern: RegExp) => sources.flatMap((text) => [...text.matchAll(pattern)].map(([, word = ""]) => word));

/** What is done to an entry of the directory; a company is only changed. */
const directory = ["branch", "service", "staff", "customer"];
const written = [
  ...found(/\baction: "(\w+\.\w+)"/g),
  ...policyChangeKinds.map((change) => `policy.${change}`),
  ...directory.flatMap((subject) => ["create", "change", "delete"].map((done) => `${subject}.${done}`)),
  "company.change",
  ...Object.keys(mapping).filter((type) => /^(appointment|callback|payment)\./.test(type)),
];
const subjectTypes = [
  ...found(/\bsubject(?:Of)?\b[^;\n]*?\btype: "(\w+)"/g),
  ...[...directory, "company", "customerPreferences", "staffPreferences"],
  ...["template", "user", "appointment", "callback"],
];

test("every action that the server writes down has words in both languages, and no other has", () => {
  expect(written.length).toBeGreaterThan(60);
  for (const language of languages) {
    const said = Object.values(auditActions[language]).flatMap((group) => Object.keys(group));
    expect(said.toSorted(), language).toEqual([...new Set(written)].sort());
  }
});

test("what the test above cannot read in the sources is what it lists", () => {
  const put = (pattern: RegExp) =>
    [...new Set(found(pattern).map((text) => text.replaceAll(/\$\{.*?\}/g, "…")))].sort();
  expect(put(/\baction: `([^`]+)`/g)).toEqual(["policy.…", "….change", "….create", "….delete"]);
  expect(put(/\bsubject = \{ type: `([^`]+)`/g)).toEqual(["…Preferences"]);
});

test("every subject has words in both languages", () => {
  expect(subjectTypes).toEqual(expect.arrayContaining(["apiKey", "policy", "provider", "webhookEndpoint"]));
  for (const language of languages) {
    expect(subjectTypes.filter((type) => !auditWords[language].subjects[type])).toEqual([]);
  }
});

const branchId = "66f85eab-0000-4000-8000-000000000001";
const staffId = "66f85eab-0000-4000-8000-000000000002";
const places = {
  company: { id: 1, name: "Salon", timezone: "Europe/Berlin", locale: "de", currency: "EUR" },
  branches: [{ id: branchId, name: "Berlin Mitte", timezone: "Europe/Berlin" }],
  services: [{ id: 7, name: "Farbe" }],
  staff: [{ id: staffId, name: "Anna Weber", branchId }],
} as unknown as NonNullable<Reading["places"]>;
const reading = (language: "en" | "de", subjectType: string, level: string | null = null): Reading => ({
  texts: { en, de }[language],
  format: formatFor(language),
  ...{ language, places, subjectType, level, currency: "EUR" },
});

const fee = { type: "percentage", percent: 25 };
const grant = { role: "manager", branchId, staffId: null };
const step = { at: { percent: 75 }, action: "notify", to: [{ type: "assignee" }, { type: "staff", staffId }] };
test.each([
  ["policy", "minNoticeHours", 48, "Notice needed", "48 h"],
  ["policy", "isOverride", true, "Stands alone", "yes"],
  ["policy", "maxPer30Days", null, "At most in 30 days", "unlimited"],
  ["policy", "fee", fee, "Fee", "25 %"],
  ["policy", "fee", { beginning: "{", sha256: "ab" }, "Fee", "Begins with {, Checksum ab"],
  ["policy", "level", "branch", "Level", "branch"],
  ["policy", "targetId", branchId, "For", "Berlin Mitte"],
  ["user", "grants", [grant, { ...grant, role: "staff", staffId }], "Roles", /^Manager · Berlin Mitte; Staff · Berlin/],
  ["user", "grants", [{ role: "admin", branchId: null, staffId: null }], "Roles", "Admin · all branches"],
  ["service", "priceCents", 4500, "Price", "€45.00"],
  ["service", "branchIds", [branchId], "Branches", "Berlin Mitte"],
  ["staff", "branchId", "11111111-0000-4000-8000-000000000009", "Branch", "11111111…"],
  ["apiKey", "expiresAt", "2026-03-01T09:30:00.000Z", "Until", /1 Mar.*10:30/],
  ["notificationSettings", "quietHours", { from: "21:00", until: "08:00" }, "Quiet hours", "21:00 – 08:00"],
  ["ladder", "steps", [step], "Steps", /^at 75 % of the time: Tell whoever has it; /],
  ["appointment", "status", "no_show", "Status", "did not come"],
  ["delivery", "status", "queued", "Status", "planned"],
  ["callback", "from", staffId, "Assigned before", "Anna Weber"],
  ["callback", "expiresAt", "2026-03-01T09:30:00.000Z", "Promised by", /1 Mar.*10:30/],
  [
    "webhookEndpoint",
    "eventTypes",
    ["appointment.*", "callback.created"],
    "Is told of",
    "Appointment: everything, Callback promised",
  ],
  ["calendar", "holidays", { country: "DE", state: "BE", region: null }, "Public holidays of", "Germany · BE"],
  ["callbackSettings", "urgentMinutes", 20, "Urgent: promised within", "20 min"],
  ["service", "durationMinutes", 45, "Duration", "45 min"],
  ["staff", "isActive", false, "Active", "no"],
  ["staff", "phone", null, "Telephone", "nothing"],
  ["settings", "somethingNewHere", "x", "Something new here", "x"],
])("of %s, %s %j is read as %s: %s", (subjectType, field, value, name, words) => {
  expect(fieldWords(field, "en", subjectType)).toBe(name);
  expect(valueWords(field, value, reading("en", subjectType, "branch"))).toMatch(exactly(words));
});

const exactly = (words: string | RegExp) =>
  typeof words === "string" ? new RegExp(`^${RegExp.escape(words)}$`) : words;

test("in German too", () => {
  expect(fieldWords("minNoticeHours", "de")).toBe(de.fields.minNoticeHours);
  expect(valueWords("isOverride", true, reading("de", "policy"))).toBe("ja");
  expect(valueWords("grants", [grant], reading("de", "user"))).toBe("Leitung · Berlin Mitte");
});

test("a subject is called by its name where it has one", () => {
  const known = {
    language: "en",
    places,
    names: { users: new Map([["4", "Mona Lindner"]]), keys: new Map() },
  } as const;
  expect(subjectWords("user", "4", known)).toBe("Person Mona Lindner");
  expect(subjectWords("apiKey", "2", known)).toBe("API key no. 2");
  expect(subjectWords("branch", branchId, known)).toBe("Branch Berlin Mitte");
  expect(subjectWords("policy", "12", known)).toBe("Policy no. 12");
  expect(subjectWords("settings", "1", known)).toBe("Settings");
  expect(subjectWords("template", "cancellation/email/de/default", known)).toBe("Text Cancelled · E-mail · German");
});
