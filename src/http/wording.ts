import type { z } from "zod";

/** Words a Zod issue as what to send instead; undefined leaves Zod's own words. A schema's own message goes before it. */
export function wording(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return wrongType(issue.expected, issue.input);
    case "invalid_value":
      return mustBeOneOf(issue.values, issue.input);
    case "invalid_union":
      return Array.isArray(issue.options) ? mustBeOneOf(issue.options, undefined) : undefined;
    case "too_small":
      return bound(issue.origin, issue.inclusive === false ? "more than" : "at least", issue.minimum);
    case "too_big":
      return bound(issue.origin, issue.inclusive === false ? "less than" : "at most", issue.maximum);
    case "invalid_format":
      return formats[issue.format];
    default:
      return undefined;
  }
}

const formats: Record<string, string> = {
  datetime: "Must be an ISO 8601 date and time with Z or an offset, like 2026-11-24T09:30:00Z.",
  date: "Must be an ISO 8601 date, like 2026-11-24.",
  uuid: "Must be a uuid, like 018f4e5a-7b1c-7000-8000-000000000000.",
  email: "Must be an e-mail address.",
  url: "Must be a URL.",
};

const names: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function wrongType(expected: string, input: unknown): string {
  const wanted = names[expected] ?? expected;
  if (expected === "undefined" || expected === "never") return "Must be left out.";
  if (isMissing(input)) return `Is missing; send ${wanted}.`;
  if (Array.isArray(input) && expected !== "array") return `Must be ${wanted}, and given once.`;
  return `Must be ${wanted}.`;
}

function mustBeOneOf(values: readonly unknown[], input: unknown): string {
  const texts = values.map((value) => (typeof value === "bigint" ? String(value) : JSON.stringify(value)));
  const wanted = texts.length === 1 ? `${texts[0]}` : `one of ${texts.join(", ")}`;
  return isMissing(input) ? `Is missing or unknown; send ${wanted}.` : `Must be ${wanted}.`;
}

function isMissing(input: unknown): boolean {
  return input === undefined;
}

const units: Record<string, string> = { string: "characters", array: "items", set: "items", map: "entries" };

function bound(origin: string, relation: string, limit: unknown): string {
  const unit = units[origin];
  return unit === undefined ? `Must be ${relation} ${limit}.` : `Must have ${relation} ${limit} ${unit}.`;
}
