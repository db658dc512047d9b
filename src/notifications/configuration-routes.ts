import { z } from "zod";
import { id, idParam } from "../http/fields.ts";
import { cursorOf, page, pageOf, pageQuery, readCursor, type Sort } from "../http/pagination.ts";
import { type Route, route } from "../http/route.ts";
import { targetExists, unknownId } from "../tenancy/hierarchy.ts";
import { allowedChannels, catalogue, kinds, notificationEvents } from "./catalogue.ts";
import { listConfigurations } from "./configuration-store.ts";
import {
  changeConfiguration,
  createConfiguration,
  deleteConfiguration,
  etagOf,
  getConfiguration,
} from "./configure.ts";
import { effectiveChannels, levels, type Target } from "./effective.ts";
import { channelField, eventField, levelField, nameField, quietHours, tag, targetId } from "./route-fields.ts";
import { changeNotificationSettings, readNotificationSettings } from "./settings.ts";
import { configurationsFor } from "./settings-store.ts";

const params = z.object({ configurationId: idParam });
const byId: Sort<[number]> = { name: "id", key: z.tuple([id]) };
const retries = {
  retryCount: z.int().min(0).max(10).meta({ description: "Attempts after the first one" }),
  retryDelayMinutes: z.int().min(1).max(1440).meta({ description: "Before the first retry; doubles each time" }),
};
const configuration = z
  .object({
    id,
    level: levelField,
    targetId: z.string(),
    event: eventField,
    channel: channelField,
    fallbackChannel: channelField.nullable(),
    isEnabled: z.boolean(),
    ...retries,
    template: z.string().nullable(),
  })
  .meta({ id: "NotificationConfiguration" });

const from = z.object({ level: z.enum([...levels, "catalogue"]), configurationId: id.nullable() });

const settings = z
  .object({
    muted: z.boolean().meta({ description: "Plans are made and logged, and nothing is sent" }),
    quietHours: quietHours.nullable(),
    throttlePerDay: z.int().min(1).max(1000).nullable(),
    retentionDays: z.int().min(1).max(3650),
    version: z.int().min(0).max(2_000_000_000),
  })
  .meta({ id: "NotificationSettings" });
const settingsEtag = ({ version }: { version: number }) => String(version);

export const configurationRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/notification-catalogue",
    tag,
    permission: "notifications:read",
    summary: "Every event that somebody can be told of, and by which channels",
    reply: z.object({
      events: z.array(
        z.object({
          event: eventField,
          audience: z.enum(["customer", "staff"]),
          kind: z.enum(kinds),
          allowedChannels: z.array(channelField),
          defaultChannels: z.array(channelField),
        }),
      ),
    }),
    handle: async () => ({
      events: notificationEvents.map((event) => {
        const { audience, kind, defaultChannels } = catalogue[event];
        return { event, audience, kind, allowedChannels: allowedChannels(event), defaultChannels };
      }),
    }),
  }),
  route({
    method: "GET",
    path: "/notification-settings",
    tag,
    permission: "notifications:read",
    summary: "Whether a company is muted, its quiet hours and its throttle",
    reply: settings,
    etag: settingsEtag,
    handle: ({ db, caller }) => readNotificationSettings(db, caller),
  }),
  route({
    method: "PATCH",
    path: "/notification-settings",
    tag,
    permission: "notifications:write",
    summary: "Switch a company on, or change its quiet hours and throttle",
    body: z
      .strictObject({
        muted: z.boolean().optional(),
        quietHours: quietHours.nullable().optional(),
        throttlePerDay: z.int().min(1).max(1000).nullable().optional(),
        retentionDays: z.int().min(1).max(3650).optional(),
      })
      .meta({ id: "NotificationSettingsChange" }),
    reply: settings,
    etag: settingsEtag,
    honoursIfMatch: true,
    handle: ({ db, caller, body, ifMatch }) => changeNotificationSettings(db, caller, body, ifMatch),
  }),
  route({
    method: "GET",
    path: "/notification-configurations",
    tag,
    permission: "notifications:read",
    summary: "List what is configured",
    query: z.object({
      ...pageQuery,
      event: eventField.optional(),
      level: levelField.optional(),
      targetId: targetId.optional(),
    }),
    reply: pageOf(configuration),
    async handle({ db, caller, query: { limit, cursor, ...filter } }) {
      const rows = await listConfigurations(db, caller, filter, readCursor(byId, cursor)?.[0] ?? 0, limit + 1);
      return page(rows, limit, (last) => cursorOf(byId, [last.id]));
    },
  }),
  route({
    method: "GET",
    path: "/notification-configurations/effective",
    tag,
    permission: "notifications:read",
    summary: "Which channels an event uses for a chain of staff, service and branch, and which level says so",
    query: z.object({
      event: eventField,
      branchId: targetId.optional(),
      serviceId: targetId.optional(),
      staffId: targetId.optional(),
    }),
    reply: z
      .object({
        event: eventField,
        mode: z.enum(["configured", "default"]),
        channels: z.array(
          z.object({
            channel: channelField,
            fallbackChannel: channelField.nullable(),
            ...retries,
            template: z.string().nullable(),
            from,
          }),
        ),
        disabled: z.array(z.object({ channel: channelField, from })),
      })
      .meta({ id: "EffectiveNotificationChannels" }),
    async handle({ db, caller, query: { event, branchId, serviceId, staffId } }) {
      const named = { staff: staffId, service: serviceId, branch: branchId, company: String(caller.companyId) };
      const chain = levels.flatMap((level): Target[] =>
        named[level] === undefined ? [] : [{ level, id: named[level] }],
      );
      for (const { level, id } of chain) {
        if (!(await targetExists(db, caller, level, id))) throw unknownId(`query/${level}Id`, level);
      }
      return effectiveChannels(event, chain, await configurationsFor(db, caller, event));
    },
  }),
  route({
    method: "POST",
    path: "/notification-configurations",
    tag,
    permission: "notifications:write",
    summary: "Use or stop a channel for an event, for the company, a branch, a service or a staff member",
    body: z
      .strictObject({
        level: levelField,
        targetId,
        event: eventField,
        channel: channelField,
        fallbackChannel: channelField.nullable().default(null),
        isEnabled: z.boolean().default(true),
        retryCount: retries.retryCount.default(3),
        retryDelayMinutes: retries.retryDelayMinutes.default(5),
        template: nameField.nullable().default(null),
      })
      .meta({ id: "NewNotificationConfiguration" }),
    reply: configuration,
    status: 201,
    etag: etagOf,
    handle: ({ db, caller, body }) => createConfiguration(db, caller, body),
  }),
  route({
    method: "GET",
    path: "/notification-configurations/:configurationId",
    tag,
    permission: "notifications:read",
    summary: "One configuration",
    params,
    reply: configuration,
    etag: etagOf,
    handle: ({ db, caller, params }) => getConfiguration(db, caller, params.configurationId),
  }),
  route({
    method: "PATCH",
    path: "/notification-configurations/:configurationId",
    tag,
    permission: "notifications:write",
    summary: "Change a configuration; fields that are left out stay",
    params,
    body: z
      .strictObject({
        fallbackChannel: channelField.nullable().optional(),
        isEnabled: z.boolean().optional(),
        retryCount: retries.retryCount.optional(),
        retryDelayMinutes: retries.retryDelayMinutes.optional(),
        template: nameField.nullable().optional(),
      })
      .meta({ id: "NotificationConfigurationChange" }),
    reply: configuration,
    etag: etagOf,
    honoursIfMatch: true,
    handle: ({ db, caller, params, body, ifMatch }) =>
      changeConfiguration(db, caller, params.configurationId, body, ifMatch),
  }),
  route({
    method: "DELETE",
    path: "/notification-configurations/:configurationId",
    tag,
    permission: "notifications:write",
    summary: "Delete a configuration: less specific levels, or the catalogue, apply again",
    params,
    reply: z.undefined(),
    status: 204,
    honoursIfMatch: true,
    handle: ({ db, caller, params, ifMatch }) =>
      deleteConfiguration(db, caller, params.configurationId, ifMatch) as Promise<undefined>,
  }),
];
