import { z } from "zod";
import { currentTime } from "../db/connect.ts";
import { callbackPriorities, callbackStatuses } from "../db/schema.ts";
import { id, idParam, instantIn, periodFields, periodIn, personName, text, uuid } from "../http/fields.ts";
import { cursorOf, page, pageOf, pageQuery, readCursor, type Sort } from "../http/pagination.ts";
import { type Route, route, streamRoute } from "../http/route.ts";
import { actionRoutes, escalationRoutes } from "./action-routes.ts";
import { changeCallback } from "./change.ts";
import { configurationRoutes } from "./configuration-routes.ts";
import { callbackClock, callbackDetail } from "./detail.ts";
import { callbackChanges } from "./live.ts";
import { callbackStats } from "./metrics.ts";
import { openCallback } from "./open.ts";
import { filterOf, tabs } from "./queue.ts";
import { listNewest, listQueue, type QueuePlace } from "./queue-store.ts";
import {
  callback,
  callbackDetail as callbackDetailReply,
  changeReply,
  clockReply,
  openedCallback,
  callbackParams as params,
  statsReply,
  windowText,
} from "./schemas.ts";
import { type CallbackView, etagOf, viewFor } from "./views.ts";

const tag = "callbacks";
const etag = (view: unknown) => etagOf(view as CallbackView);
const byUrgency: Sort<[number, string, number]> = { name: "queue", key: z.tuple([z.int(), z.iso.datetime(), id]) };
const byId: Sort<[number]> = { name: "newest", key: z.tuple([id]) };

const windowIn = (window: z.output<typeof windowText> | null | undefined) =>
  window && { from: instantIn(window.from), until: instantIn(window.until) };

const wishes = {
  phoneNumber: text(50).min(1).optional().meta({ description: "As dialled at the branch, or with + and the country" }),
  customerName: personName.optional(),
  customerId: id.optional(),
  serviceId: id.optional(),
  staffId: uuid.optional(),
};
const notes = text(2000).nullable().default(null);

const queueRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/callbacks",
    tag,
    permission: "callbacks:read",
    summary: "The queue: urgent before high before normal, each oldest deadline first; or newest first",
    query: z.object({
      ...pageQuery,
      tab: z.enum(tabs).default("all"),
      sort: z.enum(["queue", "newest"]).default("queue"),
      open: z.enum(["true"]).optional().meta({ description: "Only those that still wait" }),
      status: z.enum(callbackStatuses).optional(),
      priority: z.enum(callbackPriorities).optional(),
      branchId: uuid.optional(),
      assignedTo: uuid.optional(),
      customerId: idParam.optional(),
    }),
    reply: pageOf(callback),
    async handle({ db, caller, query: { limit, cursor, tab, sort, open, ...chosen } }) {
      const ofTab = await filterOf(db, caller, tab);
      const asked = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
      // A filter that contradicts its tab finds nothing; it must not replace the tab's.
      const contradicts = Object.entries(asked).some(
        ([key, value]) => ofTab && key in ofTab && ofTab[key as keyof typeof ofTab] !== value,
      );
      const filter = { ...ofTab, ...asked, ...(open && { open: true }) };
      const now = await currentTime(db);
      if (sort === "newest") {
        const before = readCursor(byId, cursor)?.[0] ?? Number.MAX_SAFE_INTEGER;
        const rows = !ofTab || contradicts ? [] : await listNewest(db, caller, filter, before, limit + 1);
        return page(rows.map(viewFor(caller, now)), limit, (last) => cursorOf(byId, [last.id]));
      }
      const after: QueuePlace | null = readCursor(byUrgency, cursor);
      const rows = !ofTab || contradicts ? [] : await listQueue(db, caller, filter, after, limit + 1);
      const ranks = new Map(rows.map(({ id, priorityRank }) => [id, priorityRank]));
      return page(
        rows.map(({ priorityRank: _, ...row }) => viewFor(caller, now)(row)),
        limit,
        (last) => cursorOf(byUrgency, [ranks.get(last.id) ?? 0, last.expiresAt, last.id]),
      );
    },
  }),
  route({
    method: "POST",
    path: "/callbacks",
    tag,
    permission: "callbacks:write",
    summary: "Promise to call back; asked again within 30 minutes it is the same callback, with status 200",
    description: "With `decisionId`, a decision that denied, what is left out is taken from it and from its customer.",
    body: z
      .strictObject({
        ...wishes,
        branchId: uuid.optional(),
        preferredWindow: windowText.nullable().default(null),
        priority: z.enum(callbackPriorities).default("normal"),
        notes,
        decisionId: id.nullable().default(null),
      })
      .meta({ id: "NewCallback" }),
    reply: openedCallback,
    status: ({ isNew }) => (isNew ? 201 : 200),
    etag,
    handle: ({ db, caller, body }) =>
      openCallback(db, caller, { ...body, preferredWindow: windowIn(body.preferredWindow) ?? null }),
  }),
  route({
    method: "GET",
    path: "/callbacks/stats",
    tag,
    permission: "callbacks:read",
    summary: "How the promises of a period were kept; the last 30 days when left out",
    query: z.object({ ...periodFields, branchId: uuid.optional() }),
    reply: statsReply,
    async handle({ db, caller, query: { from, until, branchId } }) {
      const period = periodIn({ from, until });
      const end = period.until ?? (await currentTime(db));
      return callbackStats(db, caller, { from: period.from ?? end.subtract({ hours: 720 }), until: end, branchId });
    },
  }),
  streamRoute({
    path: "/callbacks/stream",
    tag,
    permission: "callbacks:read",
    summary: "Changes of callbacks as they happen (server-sent events)",
    description:
      "Send `Last-Event-ID` to go on where the connection was lost: nothing is missed, and what happened last may be told again, with the same `eventId`.",
    reply: changeReply,
    stream: callbackChanges,
  }),
  route({
    method: "GET",
    path: "/callbacks/:callbackId",
    tag,
    permission: "callbacks:read",
    summary: "One callback with its time line, its escalations and the decision it came from",
    params,
    reply: callbackDetailReply,
    etag: (detail) => etag((detail as { callback: unknown }).callback),
    handle: ({ db, caller, params }) => callbackDetail(db, caller, params.callbackId),
  }),
  route({
    method: "GET",
    path: "/callbacks/:callbackId/clock",
    tag,
    permission: "callbacks:read",
    summary: "Why it is due when it is: every stretch of business time that counts",
    params,
    reply: clockReply,
    handle: ({ db, caller, params }) => callbackClock(db, caller, params.callbackId),
  }),
  route({
    method: "PATCH",
    path: "/callbacks/:callbackId",
    tag,
    permission: "callbacks:write",
    summary: "Change what an open callback is about; another priority has another target",
    params,
    body: z
      .strictObject({
        phoneNumber: wishes.phoneNumber,
        customerName: wishes.customerName,
        customerId: id.nullable().optional(),
        serviceId: id.nullable().optional(),
        staffId: uuid.nullable().optional(),
        preferredWindow: windowText.nullable().optional(),
        priority: z.enum(callbackPriorities).optional(),
        notes: text(2000).nullable().optional(),
      })
      .meta({ id: "CallbackChange" }),
    reply: callback,
    etag,
    honoursIfMatch: true,
    handle: ({ db, caller, params, body, ifMatch }) =>
      changeCallback(
        db,
        caller,
        params.callbackId,
        { ...body, preferredWindow: windowIn(body.preferredWindow) },
        ifMatch,
      ),
  }),
];

export const callbackRoutes: readonly Route[] = [
  ...queueRoutes,
  ...actionRoutes,
  ...escalationRoutes,
  ...configurationRoutes,
];
