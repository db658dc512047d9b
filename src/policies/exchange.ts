import type { Instant } from "../clock.ts";
import type { Db, Tx } from "../db/connect.ts";
import { type PolicyType, policyTypes } from "../db/schema.ts";
import { Refusal } from "../errors.ts";
import { readHierarchy } from "../tenancy/hierarchy.ts";
import { assertTarget } from "../tenancy/reach.ts";
import type { Caller, Tenant } from "../tenant.ts";
import { entryOf, isSame, mistakesIn, type Place, type PolicyEntry, placeKey, placeOf, policyKey } from "./document.ts";
import { type Level, levels } from "./effective.ts";
import type { Config } from "./rules.ts";
import { insertPolicyRow, livePolicyRows, markPolicyDeleted, type PolicyRow, updatePolicyRow } from "./store.ts";
import { recordVersion, stored, writing } from "./write.ts";

/** All that are in force; those whose place is gone are not. */
export async function exportPolicies(db: Db, caller: Caller): Promise<(PolicyEntry & { targetName: string })[]> {
  const names = await namesOfPlaces(db, caller);
  const rows = await allLive(db, caller);
  return rows
    .map((row) => ({ ...entryOf(row, rows), targetName: names.get(placeKey(placeOf(row))) ?? "" }))
    .filter((entry) => names.has(placeKey(entry)))
    .toSorted((one, other) => levels.indexOf(other.level) - levels.indexOf(one.level));
}

export interface ImportOptions {
  readonly dryRun: boolean;
  /** Policies that are not in the document are deleted; else they stay. */
  readonly deleteOthers: boolean;
  readonly comment: string | null;
}

export interface PolicyStep extends Place {
  readonly action: "create" | "change" | "delete";
  readonly policyType: PolicyType;
  /** Null for one that a dry run would create. */
  readonly policyId: number | null;
  readonly from: Config | null;
  readonly to: Config | null;
}

export interface ImportResult {
  readonly dryRun: boolean;
  readonly created: number;
  readonly changed: number;
  readonly deleted: number;
  readonly unchanged: number;
  readonly steps: readonly PolicyStep[];
}

/**
 * All of it or nothing; each change is a version of its own, as if it were made by hand.
 * @throws Refusal validationFailed with a pointer for each entry that does not fit this company
 */
export async function importPolicies(
  db: Db,
  caller: Caller,
  entries: readonly PolicyEntry[],
  options: ImportOptions,
): Promise<ImportResult> {
  return writing(db, caller, async (tx, now) => {
    const rows = await allLive(tx, caller);
    const places = await namesOfPlaces(tx, caller);
    const current = new Map(rows.map((row) => [policyKey(row.policyType, placeOf(row)), row]));
    // Policies of places that are gone are in no document: they neither apply nor are they deleted.
    const others = [...current].filter(([, row]) => options.deleteOthers && places.has(placeKey(placeOf(row))));
    const kept = new Set(current.keys()).difference(new Set(others.map(([key]) => key)));
    const mistakes = mistakesIn(entries, kept, places);
    if (mistakes.length > 0) throw new Refusal("validationFailed", "Some fields need mending; see errors.", mistakes);

    const ids = new Map([...current].map(([key, { id }]) => [key, id]));
    const steps: PolicyStep[] = [];
    for (const entry of entries.toSorted((one, other) => levels.indexOf(other.level) - levels.indexOf(one.level))) {
      const key = policyKey(entry.policyType, entry);
      const from = current.get(key) ?? null;
      if (from && isSame(entryOf(from, rows), entry)) continue;
      await assertTarget(tx, caller, entry.level, entry.targetId ?? String(caller.companyId));
      const policyId = options.dryRun ? (from?.id ?? null) : await put(tx, caller, from, entry, ids, options, now);
      if (policyId !== null) ids.set(key, policyId);
      steps.push(stepOf(from ? "change" : "create", entry, policyId, from?.config ?? null, entry.config));
    }
    const wanted = new Set(entries.map((entry) => policyKey(entry.policyType, entry)));
    for (const [key, row] of others) {
      if (wanted.has(key)) continue;
      await assertTarget(tx, caller, row.level, row.targetId);
      if (!options.dryRun) await take(tx, caller, row, options, now);
      steps.push(stepOf("delete", { ...placeOf(row), policyType: row.policyType }, row.id, row.config, null));
    }
    return summary(steps, entries.length, options);
  });
}

async function put(
  tx: Tx,
  caller: Caller,
  from: PolicyRow | null,
  { policyType, level, targetId, config, isOverride, overrides }: PolicyEntry,
  ids: ReadonlyMap<string, number>,
  { comment }: ImportOptions,
  now: Instant,
): Promise<number> {
  const overridesId = overrides === null ? null : (ids.get(policyKey(policyType, overrides)) ?? null);
  const place = { level, targetId: targetId ?? String(caller.companyId) };
  const content = { policyType, ...place, config, isOverride, overridesId };
  if (from === null) {
    const id = await insertPolicyRow(tx, caller, content, now);
    await recordVersion(tx, caller, null, { ...content, id, version: 1 }, "create", comment, now);
    return id;
  }
  const to = { ...content, id: from.id, version: from.version + 1 };
  await stored(updatePolicyRow(tx, caller, from, to, now));
  await recordVersion(tx, caller, from, to, "change", comment, now);
  return from.id;
}

async function take(tx: Tx, caller: Caller, from: PolicyRow, { comment }: ImportOptions, now: Instant): Promise<void> {
  await stored(markPolicyDeleted(tx, caller, from, now));
  await recordVersion(tx, caller, from, { ...from, version: from.version + 1 }, "delete", comment, now);
}

function stepOf(
  action: PolicyStep["action"],
  { level, targetId, policyType }: Place & { readonly policyType: PolicyType },
  policyId: number | null,
  from: Config | null,
  to: Config | null,
): PolicyStep {
  return { action, policyType, level, targetId, policyId, from, to };
}

function summary(steps: readonly PolicyStep[], entries: number, { dryRun }: ImportOptions): ImportResult {
  const count = (action: PolicyStep["action"]) => steps.filter((step) => step.action === action).length;
  const [created, changed, deleted] = [count("create"), count("change"), count("delete")];
  return { dryRun, created, changed, deleted, unchanged: entries - created - changed, steps };
}

async function allLive(db: Db, tenant: Tenant): Promise<PolicyRow[]> {
  const rows: PolicyRow[] = [];
  for (const type of policyTypes) rows.push(...(await livePolicyRows(db, tenant, type)));
  return rows;
}

async function namesOfPlaces(db: Db, tenant: Tenant): Promise<ReadonlyMap<string, string>> {
  const { company, branches, services, staff } = await readHierarchy(db, tenant);
  const named = (level: Level, list: readonly { id: number | string; name: string }[]) =>
    list.map(({ id, name }) => [placeKey({ level, targetId: String(id) }), name] as const);
  return new Map([
    [placeKey({ level: "company", targetId: null }), company.name],
    ...named("branch", branches),
    ...named("service", services),
    ...named("staff", staff),
  ]);
}
