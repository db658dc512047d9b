import type * as Liquids from "liquidjs";
import { once, onDemand } from "../on-demand.ts";
import type { Channel, NotificationEvent } from "./catalogue.ts";
import { german } from "./default-templates-de.ts";
import { english } from "./default-templates-en.ts";
import { mailHtml } from "./mail-layout.ts";
import { pathsOf, type Reading, sampleVariables, type Variables } from "./variables.ts";

export const defaultLocales = ["de", "en"] as const;

/** What is stored, raw: Liquid, escaped where it comes out, for its medium. */
export interface Template {
  /** Of a mail or a push message. */
  readonly subject: string | null;
  readonly text: string;
  /** A mail's own HTML; null lets the layout make it of the text. */
  readonly html: string | null;
}

/** A message as it is handed to a channel. */
export interface Content {
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
}

const limits = { parseLimit: 200_000, renderLimit: 500, memoryLimit: 5_000_000 };
const strict = { strictVariables: true, strictFilters: true, ownPropertyOnly: true, ...limits };
const liquid = onDemand<typeof Liquids>("liquidjs");

/** Neither reads files: there are none to be included. */
const plain = once(() => engine({}));
const escaping = once(() => engine({ outputEscape: "escape" }));

interface Engine {
  readonly liquid: Liquids.Liquid;
  /** Parsing costs more than rendering: a text is parsed once. */
  readonly parsed: Map<string, Liquids.Template[]>;
}

function engine(options: Liquids.LiquidOptions): Engine {
  return { liquid: new (liquid().Liquid)({ ...strict, templates: {}, ...options }), parsed: new Map() };
}

/** The product's own words for an event on a channel, in a language it knows. */
export function defaultTemplate(event: NotificationEvent, channel: Channel, locale: string): Template {
  const { subject, text, short } = (locale.startsWith("en") ? english : german)[event];
  if (channel === "email") return { subject, text, html: null };
  return { subject: channel === "push" ? subject : null, text: short, html: null };
}

/** @throws what is wrong with a template that was not checked; one that was, renders */
export function render(template: Template, channel: Channel, variables: Variables, reading: Reading): Content {
  const text = tidy(rendered(plain(), template.text, variables));
  const subject = template.subject === null ? null : oneLine(rendered(plain(), template.subject, variables));
  if (channel !== "email") return { subject, text, html: null };
  const own = template.html === null ? null : rendered(escaping(), template.html, variables);
  return {
    subject,
    text: `${text}${footer(reading)}`,
    html: own ?? mailHtml({ subject: subject ?? "", text, company: String(nameOf(variables)), reading }),
  };
}

const keptParsed = 1000;

function rendered({ liquid, parsed }: Engine, source: string, variables: Variables): string {
  const template = parsed.get(source) ?? liquid.parse(source);
  if (parsed.size >= keptParsed) parsed.clear();
  parsed.set(source, template);
  return liquid.renderSync(template, variables) as string;
}

function nameOf({ company }: Variables): unknown {
  return typeof company === "object" ? company.name : "";
}

function footer({ locale, unsubscribeLink }: Reading): string {
  if (unsubscribeLink === "") return "";
  return `\n-- \n${locale.startsWith("de") ? "Solche Nachrichten abbestellen" : "Unsubscribe"}: ${unsubscribeLink}\n`;
}

/** Conditions leave empty lines behind. */
function tidy(text: string): string {
  return `${text
    .replaceAll(/[ \t]+\n/g, "\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim()}\n`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/** One thing to mend in a template. */
export interface TemplateFault {
  readonly field: "subject" | "text" | "html";
  readonly message: string;
}

const longest = { subject: 500, text: 20_000, html: 100_000 } as const;

/**
 * All that is wrong with it: syntax, unknown filters, and variables that the event does not have, wherever they stand,
 * in branches that the sample does not take too.
 */
export function faultsOf(event: NotificationEvent, template: Template): TemplateFault[] {
  const reading: Reading = { locale: "de", recipientName: "x", manageLink: "x", unsubscribeLink: "x" };
  const variables = sampleVariables(event, reading);
  return (["subject", "text", "html"] as const).flatMap((field) => {
    const source = template[field];
    return source === null ? [] : faultsIn(source, variables, longest[field]).map((message) => ({ field, message }));
  });
}

function faultsIn(source: string, variables: Variables, longest: number): string[] {
  if (source.trim() === "") return ["must not be empty"];
  if (source.length > longest) return [`must have at most ${longest} characters`];
  try {
    const known = new Set(pathsOf(variables));
    const { liquid } = plain();
    const unknown = liquid.globalFullVariablesSync(source).filter((path) => !known.has(path));
    if (unknown.length > 0)
      return unknown.map((path) => `${path} is no variable of this event; use one of ${[...known].join(", ")}`);
    liquid.parseAndRenderSync(source, variables);
    return [];
  } catch (error) {
    if (error instanceof Error) return [firstLine(error.message)];
    throw error;
  }
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? message;
}
