import { z } from "zod";
import { isoOf } from "../clock.ts";
import { currentTime } from "../db/connect.ts";
import { configurableTypes, policyChangeKinds, policyTypes } from "../db/schema.ts";
import { invalid } from "../errors.ts";
import { id, idParam, instantIn, instantReply, instantText, text } from "../http/fields.ts";
import { cursorOf, page, pageOf, pageQuery, readCursor, type Sort } from "../http/pagination.ts";
import { type Route, route } from "../http/route.ts";
import { targetExists, unknownId } from "../tenancy/hierarchy.ts";
import { actorTypes, type Caller } from "../tenant.ts";
import { effectivePolicy, type Target } from "./effective.ts";
import { exchangeRoutes } from "./exchange-routes.ts";
import { configSchemas } from "./rules.ts";
import { simulationRoute } from "./simulation-route.ts";
import { listPolicyRows } from "./store.ts";
import { configurationsInForce, versionsOf } from "./version-store.ts";
import { policyView } from "./views.ts";
import {
  changePolicy,
  createPolicy,
  deletePolicy,
  getPolicy,
  parseConfig,
  resetPolicyField,
  revertPolicy,
} from "./write.ts";

const tag = "policies";
const params = z.object({ policyId: idParam });
/** Ids are kept in ASCII columns, and servers refuse to compare those with anything else. */
const targetId = z.string().regex(/^[\x21-\x7e]{1,36}$/, "must be an id: a number or a uuid");
const config = z.union([configSchemas.cancellation, configSchemas.reschedule, configSchemas.recurring]);

const policy = z
  .object({
    id,
    policyType: z.enum(policyTypes),
    level: z.enum(configurableTypes),
    targetId: z.string(),
    config,
    isOverride: z.boolean(),
    overridesId: id.nullable(),
    version: id,
    createdAt: instantReply,
    updatedAt: instantReply,
  })
  .meta({ id: "Policy" });

const origin = {
  value: z.unknown(),
  level: z.enum([...configurableTypes, "system"]),
  configurationId: id.nullable(),
  version: id.nullable(),
};

const byId: Sort<[number]> = { name: "id", key: z.tuple([id]) };
const byVersion: Sort<[number]> = { name: "version", key: z.tuple([id]) };
const etag = ({ version }: { version: number }) => String(version);

export const policyRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/policies",
    tag,
    permission: "policies:read",
    summary: "List the policies that are set",
    query: z.object({
      ...pageQuery,
      policyType: z.enum(policyTypes).optional(),
      level: z.enum(configurableTypes).optional(),
      targetId: targetId.optional(),
    }),
    reply: pageOf(policy),
    async handle({ db, caller, query: { limit, cursor, ...filter } }) {
      const rows = await listPolicyRows(db, caller, filter, readCursor(byId, cursor)?.[0] ?? 0, limit + 1);
      return page(rows.map(policyView), limit, (last) => cursorOf(byId, [last.id]));
    },
  }),
  route({
    method: "POST",
    path: "/policies",
    tag,
    permission: "policies:write",
    summary: "Set a policy for the company, a branch, a service or a staff member",
    body: z
      .strictObject({
        policyType: z.enum(policyTypes),
        level: z.enum(configurableTypes),
        targetId,
        config: z.record(z.string(), z.unknown()).meta({ description: "The fields to set; null means unlimited" }),
        isOverride: z.boolean().default(true),
        overridesId: id.nullable().default(null),
        comment: text(2000).nullable().default(null),
      })
      .meta({ id: "NewPolicy" }),
    reply: policy,
    status: 201,
    etag,
    async handle({ db, caller, body }) {
      const config = parseConfig(body.policyType, body.config);
      return createPolicy(db, caller, { ...body, config });
    },
  }),
  route({
    method: "GET",
    path: "/policies/effective",
    tag,
    permission: "policies:read",
    summary: "What applies to a chain of staff, service and branch, field by field, and where it comes from",
    query: z.object({
      policyType: z.enum(policyTypes),
      branchId: targetId.optional(),
      serviceId: targetId.optional(),
      staffId: targetId.optional(),
      asOf: instantText.optional().meta({ description: "What applied then; now when left out" }),
    }),
    reply: z
      .object({
        policyType: z.enum(policyTypes),
        chain: z.array(z.object({ level: z.enum(configurableTypes), id: z.string() })),
        values: z.record(z.string(), z.unknown()),
        provenance: z.record(z.string(), z.object({ ...origin, shadows: z.array(z.object(origin)) })),
        asOf: instantReply,
      })
      .meta({ id: "EffectivePolicy" }),
    async handle({ db, caller, query: { policyType, asOf: asOfText, ...places } }) {
      const chain = chainOf(places, caller);
      for (const { level, id } of chain) {
        if (!(await targetExists(db, caller, level, id))) throw unknownId(`query/${level}Id`, level);
      }
      const asOf = asOfText === undefined ? await currentTime(db) : instantIn(asOfText);
      const configurations = await configurationsInForce(db, caller, policyType, chain, asOf);
      const { values, provenance } = effectivePolicy(policyType, chain, configurations);
      return { policyType, chain, values: { ...values }, provenance: { ...provenance } as never, asOf: isoOf(asOf) };
    },
  }),
  route({
    method: "GET",
    path: "/policies/:policyId",
    tag,
    permission: "policies:read",
    summary: "One policy",
    params,
    reply: policy,
    etag,
    handle: async ({ db, caller, params }) => policyView(await getPolicy(db, caller, params.policyId)),
  }),
  route({
    method: "PATCH",
    path: "/policies/:policyId",
    tag,
    permission: "policies:write",
    summary: "Change fields of a policy; those left out stay. Makes a new version",
    params,
    body: z
      .strictObject({
        config: z.record(z.string(), z.unknown()).optional(),
        isOverride: z.boolean().optional(),
        overridesId: id.nullable().optional(),
        comment: text(2000).nullable().default(null),
      })
      .meta({ id: "PolicyChange" }),
    reply: policy,
    etag,
    honoursIfMatch: true,
    async handle({ db, caller, params, body, ifMatch }) {
      const { policyType } = await getPolicy(db, caller, params.policyId);
      const config = body.config === undefined ? undefined : parseConfig(policyType, body.config);
      return changePolicy(db, caller, params.policyId, { ...body, config }, ifMatch);
    },
  }),
  route({
    method: "DELETE",
    path: "/policies/:policyId/fields/:field",
    tag,
    permission: "policies:write",
    summary: "Reset a field to what is inherited",
    params: z.object({ policyId: idParam, field: text(50) }),
    reply: policy,
    etag,
    honoursIfMatch: true,
    handle: ({ db, caller, params, ifMatch }) => resetPolicyField(db, caller, params.policyId, params.field, ifMatch),
  }),
  route({
    method: "DELETE",
    path: "/policies/:policyId",
    tag,
    permission: "policies:write",
    summary: "Delete a policy; its history stays",
    params,
    reply: z.undefined(),
    status: 204,
    honoursIfMatch: true,
    handle: ({ db, caller, params, ifMatch }) =>
      deletePolicy(db, caller, params.policyId, ifMatch) as Promise<undefined>,
  }),
  route({
    method: "GET",
    path: "/policies/:policyId/versions",
    tag,
    permission: "policies:read",
    summary: "A policy's history, newest first; of a deleted one too",
    params,
    query: z.object(pageQuery),
    reply: pageOf(
      z.object({
        version: id,
        change: z.enum(policyChangeKinds),
        config,
        isOverride: z.boolean(),
        overridesId: id.nullable(),
        comment: z.string().nullable(),
        actor: z.object({ type: z.enum(actorTypes), id: z.string().nullable() }),
        validFrom: instantReply,
        validUntil: instantReply.nullable(),
      }),
    ),
    async handle({ db, caller, params, query: { limit, cursor } }) {
      const before = readCursor(byVersion, cursor)?.[0] ?? Number.MAX_SAFE_INTEGER;
      const rows = await versionsOf(db, caller, params.policyId, before, limit + 1);
      if (rows.length === 0 && cursor === undefined) await getPolicy(db, caller, params.policyId);
      const views = rows.map(
        ({ id: _, level: __, targetId: ___, policyType: ____, validFrom, validUntil, ...row }) => ({
          ...row,
          validFrom: isoOf(validFrom),
          validUntil: validUntil && isoOf(validUntil),
        }),
      );
      return page(views, limit, (last) => cursorOf(byVersion, [last.version]));
    },
  }),
  route({
    method: "POST",
    path: "/policies/:policyId/reversion",
    tag,
    permission: "policies:write",
    summary: "Go back to what an earlier version of a policy said. Makes a new version",
    params,
    body: z
      .strictObject({
        version: id,
        comment: text(2000).nullable().default(null),
      })
      .meta({ id: "PolicyReversion" }),
    reply: policy,
    etag,
    honoursIfMatch: true,
    handle: ({ db, caller, params, body, ifMatch }) => revertPolicy(db, caller, params.policyId, body, ifMatch),
  }),
  ...exchangeRoutes,
  simulationRoute,
];

interface Places {
  readonly branchId?: string | undefined;
  readonly serviceId?: string | undefined;
  readonly staffId?: string | undefined;
}

function chainOf({ branchId, serviceId, staffId }: Places, { companyId }: Caller): Target[] {
  if (serviceId !== undefined && !/^\d+$/.test(serviceId))
    throw invalid("query/serviceId", "must be a service's number");
  const named = [
    { level: "staff", id: staffId },
    { level: "service", id: serviceId },
    { level: "branch", id: branchId },
    { level: "company", id: String(companyId) },
  ] as const;
  return named.flatMap(({ level, id }) => (id === undefined ? [] : [{ level, id }]));
}
