import { z } from "zod";
import { publicHolidays } from "../calendars/holidays.ts";
import { type KeptCalendar, listCalendars } from "../calendars/store.ts";
import { currentTime } from "../db/connect.ts";
import { callbackPriorities } from "../db/schema.ts";
import { id, idParam, instantIn, instantReply, instantText, uuid } from "../http/fields.ts";
import { cursorOf, page, pageOf, pageQuery, readCursor, type Sort } from "../http/pagination.ts";
import { type Route, route } from "../http/route.ts";
import { listLadders } from "./configuration-store.ts";
import {
  assertTargets,
  changeCalendar,
  changeCallbackSettings,
  changeLadder,
  createCalendar,
  createLadder,
  getCalendar,
  getLadder,
  readCallbackSettings,
  removeCalendar,
  removeLadder,
} from "./configure.ts";
import { dryRunLadder } from "./dry-run.ts";
import type { LadderStep } from "./ladder.ts";
import {
  calendarBody,
  calendarReply,
  ladderBody,
  ladderReply,
  ladderSteps,
  newCalendar,
  newLadder,
  settingsBody,
  settingsReply,
} from "./schemas.ts";
import { calendarView, ladderView } from "./views.ts";

const byId: Sort<[number]> = { name: "id", key: z.tuple([id]) };
const etag = ({ version }: { readonly version: number }) => String(version);
const ofBranch = z.object({ branchId: uuid });
const ofCalendar = z.object({ calendarId: idParam });
const ofLadder = z.object({ ladderId: idParam });

function contentOf({ name, ...rules }: z.output<typeof calendarBody>) {
  return { name, rules: rules as KeptCalendar["rules"] };
}

const settingsRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/callback-settings",
    tag: "callbacks",
    permission: "settings:read",
    summary: "How the company wants its callbacks kept: targets, strategy, escalation, expiry",
    reply: settingsReply,
    etag,
    handle: ({ db, caller }) => readCallbackSettings(db, caller, null),
  }),
  route({
    method: "PATCH",
    path: "/callback-settings",
    tag: "callbacks",
    permission: "settings:write",
    summary: "Change them; open callbacks keep what is used up and count on by the new ones",
    body: settingsBody,
    reply: settingsReply,
    etag,
    honoursIfMatch: true,
    handle: ({ db, caller, body: { reset, ...change }, ifMatch }) =>
      changeCallbackSettings(db, caller, null, change, reset, ifMatch),
  }),
  route({
    method: "GET",
    path: "/callback-settings/:branchId",
    tag: "callbacks",
    permission: "settings:read",
    summary: "What counts at a branch, and what it sets itself",
    params: ofBranch,
    reply: settingsReply,
    etag,
    handle: ({ db, caller, params }) => readCallbackSettings(db, caller, params.branchId),
  }),
  route({
    method: "PATCH",
    path: "/callback-settings/:branchId",
    tag: "callbacks",
    permission: "settings:write",
    summary: "Change what a branch wants otherwise than the company",
    params: ofBranch,
    body: settingsBody,
    reply: settingsReply,
    etag,
    honoursIfMatch: true,
    handle: ({ db, caller, params, body: { reset, ...change }, ifMatch }) =>
      changeCallbackSettings(db, caller, params.branchId, change, reset, ifMatch),
  }),
];

const calendarRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/calendars",
    tag: "calendars",
    permission: "calendars:read",
    summary: "Business calendars: the company's, and those of branches",
    query: z.object(pageQuery),
    reply: pageOf(calendarReply),
    async handle({ db, caller, query: { limit, cursor } }) {
      const rows = await listCalendars(db, caller, readCursor(byId, cursor)?.[0] ?? 0, limit + 1);
      return page(rows.map(calendarView), limit, (last) => cursorOf(byId, [last.id]));
    },
  }),
  route({
    method: "POST",
    path: "/calendars",
    tag: "calendars",
    permission: "calendars:write",
    summary: "Set when the company, or a branch, is open",
    body: newCalendar,
    reply: calendarReply,
    status: 201,
    etag,
    handle: ({ db, caller, body: { branchId, ...content } }) =>
      createCalendar(db, caller, { branchId, ...contentOf(content) }),
  }),
  route({
    method: "GET",
    path: "/calendars/:calendarId",
    tag: "calendars",
    permission: "calendars:read",
    summary: "One calendar",
    params: ofCalendar,
    reply: calendarReply,
    etag,
    handle: async ({ db, caller, params }) => calendarView(await getCalendar(db, caller, params.calendarId)),
  }),
  route({
    method: "PUT",
    path: "/calendars/:calendarId",
    tag: "calendars",
    permission: "calendars:write",
    summary: "Replace a calendar; open callbacks count on by the new one",
    params: ofCalendar,
    body: calendarBody,
    reply: calendarReply,
    etag,
    honoursIfMatch: true,
    handle: ({ db, caller, params, body, ifMatch }) =>
      changeCalendar(db, caller, params.calendarId, contentOf(body), ifMatch),
  }),
  route({
    method: "DELETE",
    path: "/calendars/:calendarId",
    tag: "calendars",
    permission: "calendars:write",
    summary:
      "Delete a calendar; the next one counts: the company's, the branch's business hours, Monday to Friday 9 to 6",
    params: ofCalendar,
    reply: z.undefined(),
    status: 204,
    honoursIfMatch: true,
    handle: ({ db, caller, params, ifMatch }) =>
      removeCalendar(db, caller, params.calendarId, ifMatch) as Promise<undefined>,
  }),
  route({
    method: "GET",
    path: "/calendars/:calendarId/holidays",
    tag: "calendars",
    permission: "calendars:read",
    summary: "The public holidays of a year, this one when left out, on which it is closed",
    params: ofCalendar,
    query: z.object({ year: z.coerce.number("must be a year").int().min(1970).max(2200).optional() }),
    reply: z.object({ items: z.array(z.object({ date: z.string(), name: z.string() })) }),
    async handle({ db, caller, params, query: { year } }) {
      const { rules } = await getCalendar(db, caller, params.calendarId);
      const ofYear = year ?? (await currentTime(db)).toZonedDateTimeISO("UTC").year;
      return { items: rules.holidays === null ? [] : publicHolidays(rules.holidays, ofYear) };
    },
  }),
];

const ladderRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/ladders",
    tag: "ladders",
    permission: "ladders:read",
    summary: "Escalation ladders: the company's, and those of branches",
    query: z.object(pageQuery),
    reply: pageOf(ladderReply),
    async handle({ db, caller, query: { limit, cursor } }) {
      const rows = await listLadders(db, caller, readCursor(byId, cursor)?.[0] ?? 0, limit + 1);
      return page(rows.map(ladderView), limit, (last) => cursorOf(byId, [last.id]));
    },
  }),
  route({
    method: "POST",
    path: "/ladders",
    tag: "ladders",
    permission: "ladders:write",
    summary: "Set who is told or takes over when nobody reacts, in the company or at a branch",
    body: newLadder,
    reply: ladderReply,
    status: 201,
    etag,
    handle: ({ db, caller, body }) => createLadder(db, caller, { ...body, steps: body.steps as LadderStep[] }),
  }),
  route({
    method: "POST",
    path: "/ladders/dry-runs",
    tag: "ladders",
    permission: "ladders:read",
    summary: '"If nobody reacts, then …": a ladder on a time line; nothing is kept',
    body: z
      .strictObject({
        branchId: uuid,
        priority: z.enum(callbackPriorities).default("normal"),
        createdAt: instantText.optional().meta({ description: "When the callback is asked for; now when left out" }),
        steps: ladderSteps.optional().meta({ description: "A ladder to try out; the one in force when left out" }),
      })
      .meta({ id: "LadderDryRun" }),
    reply: z
      .object({
        createdAt: instantReply,
        dueAt: instantReply,
        expiresAt: instantReply.nullable(),
        timeline: z.array(
          z.object({
            at: instantReply,
            action: z.enum(["notify", "escalate"]),
            level: id.nullable(),
            to: z.array(z.record(z.string(), z.unknown())),
            text: z.string(),
          }),
        ),
      })
      .meta({ id: "LadderTimeline" }),
    async handle({ db, caller, body: { createdAt, steps, ...rest } }) {
      const at = createdAt === undefined ? await currentTime(db) : instantIn(createdAt);
      if (steps) await assertTargets(db, caller, steps as LadderStep[]);
      const run = await dryRunLadder(db, caller, { ...rest, createdAt: at, steps: steps as LadderStep[] | undefined });
      return run as unknown as typeof run & { timeline: { to: Record<string, unknown>[] }[] };
    },
  }),
  route({
    method: "GET",
    path: "/ladders/:ladderId",
    tag: "ladders",
    permission: "ladders:read",
    summary: "One ladder",
    params: ofLadder,
    reply: ladderReply,
    etag,
    handle: async ({ db, caller, params }) => ladderView(await getLadder(db, caller, params.ladderId)),
  }),
  route({
    method: "PUT",
    path: "/ladders/:ladderId",
    tag: "ladders",
    permission: "ladders:write",
    summary: "Replace a ladder's steps",
    params: ofLadder,
    body: ladderBody,
    reply: ladderReply,
    etag,
    honoursIfMatch: true,
    handle: ({ db, caller, params, body, ifMatch }) =>
      changeLadder(db, caller, params.ladderId, { ...body, steps: body.steps as LadderStep[] }, ifMatch),
  }),
  route({
    method: "DELETE",
    path: "/ladders/:ladderId",
    tag: "ladders",
    permission: "ladders:write",
    summary: "Delete a ladder; the next one counts: the company's, then the default",
    params: ofLadder,
    reply: z.undefined(),
    status: 204,
    honoursIfMatch: true,
    handle: ({ db, caller, params, ifMatch }) =>
      removeLadder(db, caller, params.ladderId, ifMatch) as Promise<undefined>,
  }),
];

export const configurationRoutes: readonly Route[] = [...settingsRoutes, ...calendarRoutes, ...ladderRoutes];
