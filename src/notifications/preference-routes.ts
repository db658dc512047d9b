import { z } from "zod";
import { currentTime, type Db } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { transaction } from "../db/transaction.ts";
import { notFound } from "../errors.ts";
import { idParam, uuid } from "../http/fields.ts";
import { type Route, route } from "../http/route.ts";
import { assertCustomerInReach, within } from "../tenancy/reach.ts";
import type { Caller } from "../tenant.ts";
import { removeSubscription, writeSubscription } from "./account-store.ts";
import { kinds } from "./catalogue.ts";
import { assertExists, assertMayWrite, type Owner, readPreferences, savePreferences } from "./preferences.ts";
import { channelField, eventField, localeField, quietHours, tag, zoneField } from "./route-fields.ts";

const fields = {
  locale: localeField.nullable(),
  timezone: zoneField.nullable(),
  quietHours: quietHours.nullable(),
  preferredChannel: channelField.nullable(),
  optOuts: z
    .array(
      z.strictObject({
        kind: z.enum(kinds).nullable(),
        channel: channelField.nullable(),
        event: eventField.nullable(),
      }),
    )
    .max(50)
    .meta({
      description: "What is not wanted: messages that fit every member that is not null. Transactional ones are exempt",
    }),
};
const body = z
  .strictObject({
    locale: fields.locale.default(null),
    timezone: fields.timezone.default(null),
    quietHours: fields.quietHours.default(null),
    preferredChannel: fields.preferredChannel.default(null),
    optOuts: fields.optOuts.default([]),
  })
  .meta({ id: "PreferencesChange" });
const reply = z
  .object({ ...fields, locale: z.string().nullable(), version: z.int().min(0) })
  .meta({ id: "Preferences" });
const etag = ({ version }: { version: number }) => String(version);
function preferenceRoutesOf(
  type: Owner["type"],
  path: `/${string}`,
  params: z.ZodObject,
  idOf: (params: never) => string,
): Route[] {
  const owner = (params: unknown): Owner => ({ type, id: idOf(params as never) });
  return [
    route({
      method: "GET",
      path,
      tag,
      permission: "notifications:read",
      summary: `How a ${type === "staff" ? "staff member" : "customer"} wants to be told`,
      params,
      reply,
      etag,
      async handle({ db, caller, params }) {
        const of = owner(params);
        await assertReadable(db, caller, of);
        return readPreferences(db, caller, of);
      },
    }),
    route({
      method: "PUT",
      path,
      tag,
      permission: "preferences:write",
      summary: `Set how a ${type === "staff" ? "staff member" : "customer"} wants to be told`,
      params,
      body,
      reply,
      etag,
      honoursIfMatch: true,
      handle: ({ db, caller, params, body, ifMatch }) => savePreferences(db, caller, owner(params), body, ifMatch),
    }),
  ];
}

/** How customers want to be told is read by whoever reads the customer. */
async function assertReadable(db: Db, caller: Caller, { type, id }: Owner): Promise<void> {
  if (type === "customer") await assertCustomerInReach(db, within(caller, "customers:read"), Number(id));
}

async function assertMine(db: Db, caller: Caller, staffId: string): Promise<void> {
  const owner = { type: "staff", id: staffId } as const;
  await assertExists(db, caller, owner);
  await assertMayWrite(db, caller, owner);
}

const staffParams = z.object({ staffId: uuid });
const endpoint = z
  .string()
  .max(2000)
  .regex(/^https:\/\/\S+$/, "must be the https address that the browser's push service gave");

export const preferenceRoutes: readonly Route[] = [
  ...preferenceRoutesOf(
    "customer",
    "/customers/:customerId/notification-preferences",
    z.object({ customerId: idParam }),
    ({ customerId }: { customerId: number }) => String(customerId),
  ),
  ...preferenceRoutesOf(
    "staff",
    "/staff/:staffId/notification-preferences",
    staffParams,
    ({ staffId }: { staffId: string }) => staffId,
  ),
  route({
    method: "PUT",
    path: "/staff/:staffId/push-subscription",
    tag,
    permission: "preferences:write",
    summary: "Push to a staff member's browser: what its PushManager.subscribe returned",
    params: staffParams,
    body: z
      .strictObject({
        endpoint,
        p256dh: z.string().regex(/^[\w-]{80,100}=*$/),
        auth: z.string().regex(/^[\w-]{20,50}=*$/),
      })
      .meta({ id: "PushSubscription" }),
    reply: z.undefined(),
    status: 204,
    async handle({ db, caller, params, body }) {
      await assertMine(db, caller, params.staffId);
      await transaction(db, async (tx) => {
        await takeLock(tx, caller, "staff", params.staffId);
        await writeSubscription(tx, caller, params.staffId, body, await currentTime(tx));
      });
      return undefined;
    },
  }),
  route({
    method: "DELETE",
    path: "/staff/:staffId/push-subscription",
    tag,
    permission: "preferences:write",
    summary: "Push to this browser no longer",
    params: staffParams,
    query: z.object({ endpoint }),
    reply: z.undefined(),
    status: 204,
    async handle({ db, caller, params, query }) {
      await assertMine(db, caller, params.staffId);
      const found = await transaction(db, (tx) => removeSubscription(tx, caller, query.endpoint, params.staffId));
      if (!found) throw notFound("push subscription");
      return undefined;
    },
  }),
];
