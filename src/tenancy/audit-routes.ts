import { z } from "zod";
import { linesOf } from "../audit/store.ts";
import { verifyAudit } from "../audit/verify.ts";
import { isoOf } from "../clock.ts";
import { auditSources } from "../db/schema.ts";
import { id, idParam, instantReply, instantText, periodIn } from "../http/fields.ts";
import { cursorOf, page, pageOf, pageQuery, readCursor, type Sort } from "../http/pagination.ts";
import { type Route, route } from "../http/route.ts";

const tag = "audit";
const byNumber: Sort<[number]> = { name: "number desc", key: z.tuple([id]) };
const word = (max: number) => z.string().regex(new RegExp(`^[\\x21-\\x7e]{1,${max}}$`), "must be printable ASCII");
const change = z.object({ from: z.unknown().optional(), to: z.unknown().optional() });
const line = z
  .object({
    number: id.meta({ description: "Without a gap in each company" }),
    at: instantReply,
    actor: z
      .object({ type: z.string(), id: z.string().nullable() })
      .nullable()
      .meta({ description: "Null for a person who was erased" }),
    actorToken: z.string().meta({ description: "The same for all lines of one actor" }),
    source: z.enum(auditSources),
    action: z.string(),
    subjectType: z.string(),
    subjectId: z.string(),
    changes: z.record(z.string(), change).nullable().meta({ description: "By field; null once erased with a person" }),
    requestId: z.string().nullable(),
    hash: z.string().meta({ description: "Of this line and the hash before it" }),
  })
  .meta({ id: "AuditLine" });

export const auditRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/audit-log",
    tag,
    permission: "audit:read",
    summary: "Who changed what, newest first",
    query: z.object({
      ...pageQuery,
      subjectType: word(40).optional(),
      subjectId: word(64).optional(),
      action: word(100).optional(),
      actorType: word(20).optional(),
      actorId: word(64).optional(),
      from: instantText.optional(),
      until: instantText.optional().meta({ description: "Lines before it" }),
    }),
    reply: pageOf(line),
    async handle({ db, caller, query: { limit, cursor, from, until, ...filter } }) {
      const before = readCursor(byNumber, cursor)?.[0] ?? Number.MAX_SAFE_INTEGER;
      const lines = await linesOf(db, caller, { ...filter, ...periodIn({ from, until }) }, { before }, limit + 1);
      return page(lines.map(lineView), limit, (last) => cursorOf(byNumber, [last.number]));
    },
  }),
  route({
    method: "GET",
    path: "/audit-log/export",
    tag,
    permission: "audit:read",
    summary: "The log in its order, 1000 lines at a time: ask again with `after` until there are none",
    query: z.object({ after: z.union([z.literal("0").transform(() => 0), idParam]).default(0) }),
    reply: z.object({
      jsonLines: z.string().meta({ description: "A line of JSON for each line of the log" }),
      next: id.nullable().meta({ description: "Send it as `after`; null at the end" }),
    }),
    async handle({ db, caller, query: { after } }) {
      const lines = await linesOf(db, caller, {}, { after }, linesOfExport);
      const jsonLines = lines.map((each) => `${JSON.stringify(lineView(each))}\n`).join("");
      return { jsonLines, next: lines.length < linesOfExport ? null : (lines.at(-1)?.number ?? null) };
    },
  }),
  route({
    method: "GET",
    path: "/audit-log/verification",
    tag,
    permission: "audit:read",
    summary: "Whether every line is as it was written, and none is missing",
    reply: z
      .object({
        isValid: z.boolean(),
        lines: z.int(),
        erased: z.int().meta({ description: "Lines whose values were erased with a person" }),
        brokenAt: id.nullable().meta({ description: "The first line that was changed or taken out" }),
      })
      .meta({ id: "AuditVerification" }),
    handle: ({ db, caller }) => verifyAudit(db, caller),
  }),
];

const linesOfExport = 1000;

function lineView(row: Awaited<ReturnType<typeof linesOf>>[number]) {
  const { number, actorToken, actorType, actorId, source, action, subjectType, subjectId, requestId, hash } = row;
  return {
    number,
    at: isoOf(row.happenedAt),
    actor: actorType === null ? null : { type: actorType, id: actorId === "" ? null : actorId },
    actorToken,
    source,
    action,
    subjectType,
    subjectId,
    changes: row.salt === null ? null : (JSON.parse(row.changes) as Record<string, object>),
    requestId,
    hash,
  };
}
