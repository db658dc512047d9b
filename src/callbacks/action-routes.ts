import { z } from "zod";
import { callbackOutcomes, escalationReasons } from "../db/schema.ts";
import { flag, flagIn, id, idParam, text, uuid } from "../http/fields.ts";
import { cursorOf, page, pageOf, pageQuery, readCursor, type Sort } from "../http/pagination.ts";
import { type Route, route } from "../http/route.ts";
import { assignAutomatically, assignCallback } from "./assign.ts";
import { listEscalationRows } from "./escalation-store.ts";
import { callback, escalation, callbackParams as params } from "./schemas.ts";
import { type CallbackView, escalationView, etagOf } from "./views.ts";
import {
  acknowledgeCallback,
  cancelCallback,
  completeCallback,
  contactCallback,
  escalateByHand,
  recordFailedAttempt,
  resolveEscalation,
} from "./work.ts";

const byId: Sort<[number]> = { name: "newest", key: z.tuple([id]) };
const notes = text(2000).nullable().default(null);
const nothing = z.strictObject({}).optional();
const etag = (view: unknown) => etagOf(view as CallbackView);

const common = { method: "POST", tag: "callbacks", params, reply: callback, etag } as const;
const handing = z.strictObject({ staffId: uuid }).meta({ id: "Assignment" });

export const actionRoutes: readonly Route[] = [
  route({
    ...common,
    path: "/callbacks/:callbackId/assignment",
    permission: "callbacks:assign",
    summary: "Give a pending callback to an active staff member of its branch",
    body: handing,
    handle: ({ db, caller, params, body }) =>
      assignCallback(db, caller, params.callbackId, { action: "assign", ...body }),
  }),
  route({
    ...common,
    path: "/callbacks/:callbackId/auto-assignment",
    permission: "callbacks:assign",
    summary: "Give a pending callback to whom the company's strategy says; pending stays what nobody can take",
    body: nothing,
    handle: ({ db, caller, params }) => assignAutomatically(db, caller, params.callbackId),
  }),
  route({
    ...common,
    path: "/callbacks/:callbackId/reassignment",
    permission: "callbacks:assign",
    summary: "Give it to somebody else",
    body: handing,
    handle: ({ db, caller, params, body }) =>
      assignCallback(db, caller, params.callbackId, { action: "reassign", ...body }),
  }),
  route({
    ...common,
    path: "/callbacks/:callbackId/acknowledgement",
    permission: "callbacks:work",
    summary: "Say that it was seen: stops the ladder",
    body: nothing,
    handle: ({ db, caller, params }) => acknowledgeCallback(db, caller, params.callbackId),
  }),
  route({
    ...common,
    path: "/callbacks/:callbackId/contact",
    permission: "callbacks:work",
    summary: "Say that the customer is being called: stops the clock",
    body: nothing,
    handle: ({ db, caller, params }) => contactCallback(db, caller, params.callbackId),
  }),
  route({
    ...common,
    path: "/callbacks/:callbackId/attempts",
    permission: "callbacks:work",
    summary: "Record that nobody was reached: the clock runs on, and each third time somebody else has to try",
    body: z.strictObject({ notes }).meta({ id: "FailedAttempt" }),
    handle: ({ db, caller, params, body }) => recordFailedAttempt(db, caller, params.callbackId, body),
  }),
  route({
    ...common,
    path: "/callbacks/:callbackId/completion",
    permission: "callbacks:work",
    summary: "Say how the call went",
    body: z.strictObject({ outcome: z.enum(callbackOutcomes), notes }).meta({ id: "CallbackCompletion" }),
    handle: ({ db, caller, params, body }) => completeCallback(db, caller, params.callbackId, body),
  }),
  route({
    ...common,
    path: "/callbacks/:callbackId/cancellation",
    permission: "callbacks:write",
    summary: "Cancel a callback that is not wanted any more",
    body: z.strictObject({ reason: text(2000).nullable().default(null) }).meta({ id: "CallbackCancellation" }),
    handle: ({ db, caller, params, body }) => cancelCallback(db, caller, params.callbackId, body),
  }),
  route({
    ...common,
    path: "/callbacks/:callbackId/escalations",
    permission: "callbacks:work",
    summary: "Escalate by hand: to somebody, or to whom the ladder escalates",
    body: z.strictObject({ detail: text(2000).min(1), staffId: uuid.optional() }).meta({ id: "ManualEscalation" }),
    handle: ({ db, caller, params, body }) => escalateByHand(db, caller, params.callbackId, body),
  }),
];

export const escalationRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/escalations",
    tag: "escalations",
    permission: "callbacks:read",
    summary: "Escalations, newest first",
    query: z.object({
      ...pageQuery,
      callbackId: idParam.optional(),
      reason: z.enum(escalationReasons).optional(),
      escalatedTo: uuid.optional(),
      resolved: flag.optional(),
    }),
    reply: pageOf(escalation),
    async handle({ db, caller, query: { limit, cursor, resolved, ...filter } }) {
      const before = readCursor(byId, cursor)?.[0] ?? Number.MAX_SAFE_INTEGER;
      const chosen = { ...filter, resolved: flagIn(resolved) };
      const rows = await listEscalationRows(db, caller, chosen, before, limit + 1);
      return page(rows.map(escalationView), limit, (last) => cursorOf(byId, [last.id]));
    },
  }),
  route({
    method: "POST",
    path: "/escalations/:escalationId/resolution",
    tag: "escalations",
    permission: "callbacks:work",
    summary: "Close an escalation with notes; the callback goes on as it is",
    params: z.object({ escalationId: idParam }),
    body: z.strictObject({ notes }).meta({ id: "Resolution" }),
    reply: escalation,
    handle: ({ db, caller, params, body }) => resolveEscalation(db, caller, params.escalationId, body),
  }),
];
