import { z } from "zod";
import { isoOf } from "../clock.ts";
import { initiators, modificationTypes } from "../db/schema.ts";
import { notFound } from "../errors.ts";
import { type Cell, csvRoute, everyPage } from "../http/csv.ts";
import { flag, flagIn, id, idParam, instantReply, periodFields, periodIn, uuid } from "../http/fields.ts";
import { cursorOf, page, pageOf, pageQuery, readCursor, type Sort } from "../http/pagination.ts";
import { type Route, route } from "../http/route.ts";
import { recordedDecision, recordedDecisionView } from "../policies/decision-view.ts";
import { listDecisions } from "../policies/decisions.ts";
import { aboutDays } from "../tenancy/local-days.ts";
import { type Actor, actorTypes } from "../tenant.ts";
import { namedCustomers, nobody } from "./list.ts";
import { modificationStats, modificationStatsReply } from "./modification-stats.ts";
import { listModificationRows } from "./modification-store.ts";

const tag = "modifications";
const byId: Sort<[number]> = { name: "newest", key: z.tuple([id]) };

const modification = z
  .object({
    id,
    appointmentId: id,
    customerId: id,
    customer: z.object({ id, name: z.string() }).optional().meta({ description: "With include=customer" }),
    branchId: uuid,
    serviceId: id,
    type: z.enum(modificationTypes),
    initiatedBy: z.enum(initiators),
    withinPolicy: z.boolean(),
    feeCents: z.int().min(0).max(2_000_000_000),
    currency: z.string(),
    reason: z.string().nullable(),
    actor: z.object({ type: z.enum(actorTypes), id: z.string().nullable() }),
    countsTowardQuota: z.boolean(),
    metadata: z.unknown(),
    createdAt: instantReply,
  })
  .meta({ id: "Modification" });

const filters = {
  appointmentId: idParam.optional(),
  customerId: idParam.optional(),
  branchId: uuid.optional(),
  withinPolicy: flag.optional().meta({ description: "false: what was forced against it" }),
  type: z.enum(modificationTypes).optional(),
  ...periodFields,
};
type Filters = z.output<z.ZodObject<typeof filters>>;
const filterOf = ({ from, until, withinPolicy, ...rest }: Filters) => ({
  ...rest,
  ...periodIn({ from, until }),
  within: flagIn(withinPolicy),
});

type Row = Awaited<ReturnType<typeof listModificationRows>>[number];

const columns = [
  "id",
  "createdAt",
  "type",
  "appointmentId",
  "customerId",
  "initiatedBy",
  "withinPolicy",
  "feeCents",
  "currency",
  "countsTowardQuota",
  "reason",
  "actorType",
  "actorId",
  "decisionId",
  "noticeMs",
  "requiredNoticeHours",
  "startsAt",
  "newStartsAt",
];

/** What was written down with it; a row that somebody else wrote may hold none of it. */
interface Metadata {
  readonly decisionId?: number;
  readonly noticeMs?: number;
  readonly requiredNoticeHours?: number;
  readonly from?: { readonly startsAt?: string };
  readonly to?: { readonly startsAt?: string };
}

export const modificationRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/modifications",
    tag,
    permission: "modifications:read",
    summary: "What was cancelled and moved, newest first",
    query: z.object({
      ...pageQuery,
      ...filters,
      include: z.enum(["customer"]).optional().meta({ description: "Whose they are, by name; needs customers:read" }),
    }),
    reply: pageOf(modification),
    async handle({ db, caller, query: { limit, cursor, include, ...filter } }) {
      const before = readCursor(byId, cursor)?.[0] ?? Number.MAX_SAFE_INTEGER;
      const rows = await listModificationRows(db, caller, filterOf(filter), before, limit + 1);
      const customerOf = include === "customer" ? await namedCustomers(db, caller, rows) : nobody;
      const views = rows.map(({ actorType, actorId, createdAt, ...row }) => {
        const actor: Actor = { type: actorType, id: actorId };
        return { ...row, ...customerOf(row), actor, createdAt: isoOf(createdAt) };
      });
      return page(views, limit, (last) => cursorOf(byId, [last.id]));
    },
  }),
  route({
    method: "GET",
    path: "/modifications/stats",
    tag,
    permission: "modifications:read",
    summary: "What was cancelled and moved day by day, what it cost, and how early customers cancelled",
    description: `${aboutDays} What was done outside a policy was forced.`,
    query: z.object({ ...periodFields, branchId: uuid.optional() }),
    reply: modificationStatsReply,
    handle: ({ db, caller, query: { branchId, ...period } }) =>
      modificationStats(db, caller, { branchId, ...periodIn(period) }),
  }),
  csvRoute({
    path: "/modifications/export",
    tag,
    permission: "modifications:export",
    summary: "What was cancelled and moved, newest first, as CSV",
    query: z.object(filters),
    fileName: "modifications.csv",
    columns,
    async *pages({ db, caller, query }) {
      const filter = filterOf(query);
      const pages = everyPage<Row>((last, limit) =>
        listModificationRows(db, caller, filter, last?.id ?? Number.MAX_SAFE_INTEGER, limit),
      );
      for await (const rows of pages) yield rows.map(cellsOf);
    },
  }),
  route({
    method: "GET",
    path: "/decisions",
    tag,
    permission: "modifications:read",
    summary: "Decisions with their receipts, denials too, newest first",
    query: z.object({ ...pageQuery, appointmentId: idParam.optional(), allowed: flag.optional() }),
    reply: pageOf(recordedDecision),
    async handle({ db, caller, query: { limit, cursor, appointmentId, allowed } }) {
      const before = readCursor(byId, cursor)?.[0] ?? Number.MAX_SAFE_INTEGER;
      const filter = { appointmentId, allowed: flagIn(allowed) };
      const rows = await listDecisions(db, caller, filter, before, limit + 1);
      return page(rows.map(recordedDecisionView), limit, (last) => cursorOf(byId, [last.id]));
    },
  }),
  route({
    method: "GET",
    path: "/decisions/:decisionId",
    tag,
    permission: "modifications:read",
    summary: "A decision with its receipt, and what it says to each who hears it",
    params: z.object({ decisionId: idParam }),
    reply: recordedDecision,
    async handle({ db, caller, params: { decisionId } }) {
      const [row] = await listDecisions(db, caller, { id: decisionId }, Number.MAX_SAFE_INTEGER, 1);
      if (row === undefined) throw notFound("decision");
      return recordedDecisionView(row);
    },
  }),
];

function cellsOf(row: Row): Cell[] {
  const { decisionId, noticeMs, requiredNoticeHours, from, to } = (row.metadata ?? {}) as Metadata;
  return [
    row.id,
    isoOf(row.createdAt),
    row.type,
    row.appointmentId,
    row.customerId,
    row.initiatedBy,
    row.withinPolicy,
    row.feeCents,
    row.currency,
    row.countsTowardQuota,
    row.reason,
    row.actorType,
    row.actorId,
    decisionId ?? null,
    noticeMs ?? null,
    requiredNoticeHours ?? null,
    from?.startsAt ?? null,
    to?.startsAt ?? null,
  ];
}
