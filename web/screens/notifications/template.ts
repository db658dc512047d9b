import { api, type Schemas, versionOf } from "../../api/client.ts";
import type { Channel } from "../../app/choices.ts";
import { type Event, usualName } from "./data.ts";

export type OwnTemplate = Schemas["NotificationTemplate"];
export type Template = Schemas["TemplateInUse"];
/** What is written of a text. */
export type Draft = Pick<Template, "subject" | "text" | "html">;

export interface TemplateKey {
  readonly event: Event;
  readonly channel: Channel;
  readonly locale: string;
  /** Undefined for the usual one. */
  readonly name: string | undefined;
}

export const draftOf = ({ subject, text, html }: Draft): Draft => ({ subject, text, html });

export const isSame = (one: Draft, other: Draft): boolean =>
  one.subject === other.subject && one.text === other.text && one.html === other.html;

/** Where one template is, for reading and for writing. */
export const paramsOf = ({ event, channel, locale, name }: TemplateKey) => ({
  path: { event, channel, locale },
  ...(name === undefined ? {} : { query: { name } }),
});

export const readTemplate = (key: TemplateKey) =>
  versionOf(api.GET("/api/v1/notification-templates/{event}/{channel}/{locale}", { params: paramsOf(key) }));

export const writeTemplate = (key: TemplateKey, body: Draft, etag: string) =>
  versionOf(
    api.PUT("/api/v1/notification-templates/{event}/{channel}/{locale}", {
      params: { ...paramsOf(key), header: { "If-Match": etag } },
      body,
    }),
  );

export const hasSubject = (channel: Channel): boolean => channel === "email" || channel === "push";

/** Those that the product speaks, and those that the company has written in. */
export function languagesOf(own: readonly OwnTemplate[]): string[] {
  const written = own.filter(({ name }) => name === usualName).map(({ locale }) => locale);
  return [...new Set(["de", "en", ...written])];
}
