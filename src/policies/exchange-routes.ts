import { z } from "zod";
import { isoOf } from "../clock.ts";
import { configurableTypes, policyTypes } from "../db/schema.ts";
import { id, instantIn, instantReply, instantText, text } from "../http/fields.ts";
import { type Route, route } from "../http/route.ts";
import type { PolicyEntry } from "./document.ts";
import { exportPolicies, importPolicies } from "./exchange.ts";
import { configSchemas } from "./rules.ts";
import { effectiveTree } from "./tree.ts";

const tag = "policies";
/** Ids are kept in ASCII columns, and servers refuse to compare those with anything else. */
const targetId = z.string().regex(/^[\x21-\x7e]{1,36}$/, "must be an id: a number or a uuid");
const place = z.strictObject({
  level: z.enum(configurableTypes),
  targetId: targetId.nullable().meta({ description: "Null for the company" }),
});

const entryOf = <T extends keyof typeof configSchemas>(policyType: T) =>
  z.strictObject({
    policyType: z.literal(policyType),
    ...place.shape,
    targetName: text(255).optional().meta({ description: "For people; not read" }),
    config: configSchemas[policyType],
    isOverride: z.boolean().default(true),
    overrides: place.nullable().default(null).meta({ description: "Whose policy it builds on; null: the next above" }),
  });
const entry = z
  .discriminatedUnion("policyType", [entryOf("cancellation"), entryOf("reschedule"), entryOf("recurring")])
  .meta({ id: "PolicyEntry" });
const head = { format: z.literal("frontdesk-policies"), version: z.literal(1) };
const level = z.enum([...configurableTypes, "system"]);
const origin = { value: z.unknown(), level, configurationId: id.nullable(), version: id.nullable() };
const targetReply = z.object({ level: z.enum(configurableTypes), id: z.string() });
const config = z.record(z.string(), z.unknown());

export const exchangeRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/policies/export",
    tag,
    permission: "policies:read",
    summary: "All policies as one document, to be kept, compared and imported",
    reply: z.object({ ...head, policies: z.array(entry) }).meta({ id: "PolicyDocument" }),
    async handle({ db, caller }) {
      const policies = (await exportPolicies(db, caller)) as unknown as z.input<typeof entry>[];
      return { format: "frontdesk-policies", version: 1, policies } as const;
    },
  }),
  route({
    method: "POST",
    path: "/policies/import",
    tag,
    permission: "policies:write",
    summary: "Make the policies what a document says: all of it or nothing; with dryRun only what would change",
    body: z
      .strictObject({
        ...head,
        policies: z.array(entry).max(1000),
        dryRun: z.boolean().default(false),
        deleteOthers: z
          .boolean()
          .default(false)
          .meta({ description: "Deletes the policies that the document does not hold" }),
        comment: text(2000).nullable().default(null),
      })
      .meta({ id: "PolicyImport" }),
    reply: z
      .object({
        dryRun: z.boolean(),
        created: z.int(),
        changed: z.int(),
        deleted: z.int(),
        unchanged: z.int(),
        steps: z.array(
          z.object({
            action: z.enum(["create", "change", "delete"]),
            policyType: z.enum(policyTypes),
            level: z.enum(configurableTypes),
            targetId: z.string().nullable(),
            policyId: id.nullable().meta({ description: "Null for one that a dry run would create" }),
            from: config.nullable(),
            to: config.nullable(),
          }),
        ),
      })
      .meta({ id: "PolicyImportResult" }),
    async handle({ db, caller, body: { policies, dryRun, deleteOthers, comment } }) {
      const entries = policies.map(({ targetName: _, ...each }) => each) as PolicyEntry[];
      const result = await importPolicies(db, caller, entries, { dryRun, deleteOthers, comment });
      return result as typeof result & { steps: readonly { from: Record<string, unknown> | null }[] };
    },
  }),
  route({
    method: "GET",
    path: "/policies/effective-tree",
    tag,
    permission: "policies:read",
    summary: "What applies at a place and at every one below it, field by field, and where it comes from",
    description: "Each branch is followed by its services and its staff; services of no branch come last.",
    query: z.object({
      policyType: z.enum(policyTypes),
      level: z.enum(configurableTypes).default("company"),
      targetId: targetId.optional().meta({ description: "May be left out for the company" }),
      asOf: instantText.optional().meta({ description: "What applied then; now when left out" }),
    }),
    reply: z
      .object({
        policyType: z.enum(policyTypes),
        asOf: instantReply,
        nodes: z.array(
          z.object({
            ...targetReply.shape,
            name: z.string(),
            chain: z.array(targetReply),
            values: config,
            provenance: z.record(z.string(), z.object({ ...origin, shadows: z.array(z.object(origin)) })),
          }),
        ),
      })
      .meta({ id: "EffectivePolicyTree" }),
    async handle({ db, caller, query: { policyType, asOf: at, ...root } }) {
      const { asOf, nodes } = await effectiveTree(
        db,
        caller,
        policyType,
        { level: root.level, targetId: root.targetId },
        at === undefined ? null : instantIn(at),
      );
      return { policyType, asOf: isoOf(asOf), nodes };
    },
  }),
];
