import { type Level, nameOf, type Places } from "../../api/place-names.ts";
import { auditWords } from "../../texts/audit.ts";
import { auditFields } from "../../texts/audit-fields.ts";
import type { Texts } from "../../texts/en.ts";
import type { Format } from "../../texts/format.ts";
import type { Language } from "../../texts/languages.ts";
import { peopleWords } from "../../texts/people.ts";
import { kindOf, wordsOf } from "../policies/values.ts";
import { choicesOf, fieldWords, levelOf } from "./fields.ts";

/** What a value is read with: a line of the log is about one subject, on one level, in one currency. */
export interface Reading {
  readonly texts: Texts;
  readonly format: Format;
  readonly language: Language;
  readonly places: Places | undefined;
  readonly subjectType: string;
  readonly level: string | null;
  readonly currency: string;
}

const isNothing = (value: unknown) =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** A value of a field as a person reads it. */
export function valueWords(field: string, value: unknown, reading: Reading): string {
  const { texts, format, currency, language } = reading;
  if (isPolicyValue(field, value, reading)) return wordsOf(field, value, texts, format, currency);
  if (isNothing(value)) return auditWords[language].nothing;
  if (Array.isArray(value)) {
    const separator = value.some((each) => typeof each === "object") ? "; " : ", ";
    return value.map((each) => valueWords(field, each, reading)).join(separator);
  }
  switch (typeof value) {
    case "boolean":
      return value ? texts.app.yes : texts.app.no;
    case "number":
      return numberWords(field, value, reading);
    case "object":
      return objectWords(field, value as Record<string, unknown>, reading);
    default:
      return textWords(field, String(value), reading);
  }
}

/** A long one is kept by its beginning only, which is no fee any more. */
function isPolicyValue(field: string, value: unknown, { subjectType, texts }: Reading): boolean {
  if (subjectType !== "policy" || texts.fields[field] === undefined || value === undefined) return false;
  if (kindOf(field) === "fee") return value !== null && typeof value === "object" && "type" in value;
  return value !== null || kindOf(field) === "limit";
}

function numberWords(field: string, value: number, { texts, format, currency, language, places }: Reading): string {
  if (field.endsWith("Cents")) return format.money(value, currency);
  if (field.endsWith("Minutes")) return texts.values.minutes(format.number(value));
  if (field.endsWith("Hours")) return texts.values.hours(format.number(value));
  const level = levelOf(field, "");
  if (level !== null) return nameOf(places, level, value);
  return field.endsWith("Id") ? auditFields[language].no(String(value)) : format.number(value);
}

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;
const day = /^\d{4}-\d{2}-\d{2}$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-/;

function textWords(field: string, value: string, reading: Reading): string {
  const { format, places, subjectType, level, language } = reading;
  if (instant.test(value)) return format.moment(value, places?.company.timezone);
  if (day.test(value)) return format.day(value);
  const placeLevel = field === "targetId" ? (level as Level | null) : levelOf(field, subjectType);
  if (placeLevel !== null) return shortened(nameOf(places, placeLevel, value));
  if (field === "country") return new Intl.DisplayNames(language, { type: "region" }).of(value) ?? value;
  if (field === "eventTypes" && value.endsWith("*")) return everything(value, language);
  return choicesOf(subjectType, language)[field]?.[value] ?? value;
}

/** `appointment.*` and `*` */
function everything(pattern: string, language: Language): string {
  const kind = auditWords[language].subjects[pattern.slice(0, -2)];
  return auditFields[language].everything(kind);
}

/** Of a place that is gone only its id is left. */
const shortened = (name: string) => (uuid.test(name) ? `${name.slice(0, 8)}…` : name);

function objectWords(field: string, value: Record<string, unknown>, reading: Reading): string {
  const { texts, language, subjectType } = reading;
  const say = (name: string) => valueWords(name, value[name], reading);
  if (field === "grants") {
    const { at, everywhere } = auditFields[language];
    const place = value.branchId === null ? everywhere : say("branchId");
    const where = isNothing(value.staffId) ? place : peopleWords[language].as(place, say("staffId"));
    return at(say("role"), where);
  }
  if (field === "at" && typeof value.percent === "number") return texts.settings.atPercent(value.percent);
  if (field === "at" && typeof value.minutes === "number") return texts.settings.atMinutes(value.minutes);
  if (typeof value.from === "string" && typeof value.until === "string") {
    const span = `${say("from")} – ${say("until")}`;
    return isNothing(value.reason) ? span : `${span} (${say("reason")})`;
  }
  if (field === "steps") return `${say("at")}: ${say("action")} ${say("to")}`;
  const given = Object.entries(value).filter(([, each]) => !isNothing(each));
  if (listed.has(field)) return given.map(([name]) => say(name)).join(" · ");
  return given.map(([name]) => `${fieldWords(name, language, subjectType)} ${say(name)}`).join(", ");
}

/** What stands in these says by itself what it is. */
const listed = new Set(["optOuts", "recipients", "to", "from", "holidays"]);
