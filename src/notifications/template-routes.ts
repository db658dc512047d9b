import { z } from "zod";
import { invalid, notFound } from "../errors.ts";
import { id, longText } from "../http/fields.ts";
import { cursorOf, page, pageOf, pageQuery, readCursor, type Sort } from "../http/pagination.ts";
import { type Route, route } from "../http/route.ts";
import { within } from "../tenancy/reach.ts";
import { allowedChannels, type Channel, type NotificationEvent } from "./catalogue.ts";
import type { AppointmentScene } from "./mapping.ts";
import { type Payload, samples } from "./payloads.ts";
import { channelField, eventField, localeField, nameField, tag } from "./route-fields.ts";
import { appointmentScene } from "./scene-store.ts";
import { segmentsOf } from "./sms.ts";
import { findTemplate, listTemplates, type TemplateRow, templateFor, usualName } from "./template-store.ts";
import { resetTemplate, saveTemplate } from "./template-write.ts";
import { faultsOf, render } from "./templates.ts";
import { pathsOf, sampleVariables, variablesOf } from "./variables.ts";

const params = z.object({ event: eventField, channel: channelField, locale: localeField });
const query = z.object({
  name: nameField
    .optional()
    .meta({ description: "Of a template that configurations name; the usual one when left out" }),
});
const text = {
  subject: z.string().max(500).nullable().default(null),
  text: z.string().max(20_000),
  html: longText.nullable().default(null).meta({ description: "Null lets the layout make it of the text" }),
};
const shown = { subject: z.string().nullable(), text: z.string(), html: z.string().nullable() };
const key = { event: eventField, channel: channelField, locale: z.string(), name: z.string() };
const own = z.object({ id, ...key, ...shown, version: id }).meta({ id: "NotificationTemplate" });
const byId: Sort<[number]> = { name: "id", key: z.tuple([id]) };
const etag = ({ version }: { version: number }) => String(version);

const sampleReading = {
  recipientName: "Petra O'Neil",
  manageLink: "https://desk.example/a/preview",
  unsubscribeLink: "",
};

export const templateRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/notification-templates",
    tag,
    permission: "notifications:read",
    summary: "List the company's own templates; every other one is the product's",
    query: z.object({ ...pageQuery, event: eventField.optional() }),
    reply: pageOf(own),
    async handle({ db, caller, query: { limit, cursor, event } }) {
      const rows = await listTemplates(db, caller, event, readCursor(byId, cursor)?.[0] ?? 0, limit + 1);
      return page(rows, limit, (last) => cursorOf(byId, [last.id]));
    },
  }),
  route({
    method: "GET",
    path: "/notification-templates/:event/:channel/:locale",
    tag,
    permission: "notifications:read",
    summary: "What is used for an event on a channel in a language, and the variables it may name",
    params,
    query,
    reply: z
      .object({ ...key, ...shown, isOwn: z.boolean(), version: z.int().min(0), variables: z.array(z.string()) })
      .meta({ id: "TemplateInUse" }),
    etag,
    async handle({ db, caller, params, query: { name } }) {
      assertAllowed(params.event, params.channel);
      const row = await findTemplate(db, caller, { ...params, name: name ?? null });
      if (!row && name !== undefined) throw notFound("template");
      const used = row ?? (await templateFor(db, caller, { ...params, name: null }));
      const { subject, text, html } = used;
      const variables = pathsOf(sampleVariables(params.event, { ...sampleReading, locale: params.locale }));
      return {
        ...params,
        name: name ?? usualName,
        subject,
        text,
        html,
        isOwn: row !== undefined,
        version: row?.version ?? 0,
        variables,
      };
    },
  }),
  route({
    method: "PUT",
    path: "/notification-templates/:event/:channel/:locale",
    tag,
    permission: "templates:write",
    summary: "Use words of the company's own; what would not render is refused",
    params,
    query,
    body: z.strictObject(text).meta({ id: "TemplateText" }),
    reply: own,
    etag,
    honoursIfMatch: true,
    handle({ db, caller, params, query: { name }, body, ifMatch }): Promise<TemplateRow> {
      assertAllowed(params.event, params.channel);
      return saveTemplate(db, caller, { ...params, name: name ?? null }, body, ifMatch);
    },
  }),
  route({
    method: "DELETE",
    path: "/notification-templates/:event/:channel/:locale",
    tag,
    permission: "templates:write",
    summary: "Go back to the product's own words",
    params,
    query,
    reply: z.undefined(),
    status: 204,
    honoursIfMatch: true,
    handle: ({ db, caller, params, query: { name }, ifMatch }) =>
      resetTemplate(db, caller, { ...params, name: name ?? null }, ifMatch) as Promise<undefined>,
  }),
  route({
    method: "POST",
    path: "/notification-templates/preview",
    tag,
    permission: "notifications:read",
    summary:
      "Render a template, or what is in use, with sample data or those of an appointment; says what is wrong with it",
    body: z
      .strictObject({
        event: eventField,
        channel: channelField,
        locale: localeField.default("de"),
        appointmentId: id.nullable().default(null),
        template: z.strictObject(text).nullable().default(null).meta({ description: "Null for what is in use" }),
      })
      .meta({ id: "TemplatePreview" }),
    reply: z
      .object({
        faults: z.array(z.object({ field: z.enum(["subject", "text", "html"]), message: z.string() })),
        content: z.object(shown).nullable(),
        segments: z.object({ encoding: z.enum(["GSM-7", "UCS-2"]), units: z.int(), segments: z.int() }).nullable(),
      })
      .meta({ id: "RenderedTemplate" }),
    async handle({ db, caller, body: { event, channel, locale, appointmentId, template } }) {
      assertAllowed(event, channel);
      const used = template ?? (await templateFor(db, caller, { event, channel, locale, name: null }));
      const faults = faultsOf(event, used);
      if (faults.length > 0) return { faults, content: null, segments: null };
      const scene =
        appointmentId === null ? null : await appointmentScene(db, within(caller, "appointments:read"), appointmentId);
      if (appointmentId !== null && scene === null) throw notFound("appointment");
      const real = scene && "startsAt" in samples[event] ? (scene.about as AppointmentScene).visit : {};
      const payload = { ...samples[event], ...real } as Payload;
      const reading = { ...sampleReading, locale, recipientName: payload.customer };
      const content = render(used, channel, variablesOf(payload, reading), reading);
      return { faults, content, segments: channel === "sms" ? segmentsOf(content.text.trim()) : null };
    },
  }),
];

function assertAllowed(event: NotificationEvent, channel: Channel): void {
  const allowed = allowedChannels(event);
  if (!allowed.includes(channel)) throw invalid("params/channel", `must be one of ${allowed.join(", ")} for ${event}`);
}
