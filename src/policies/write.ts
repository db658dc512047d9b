import { audit } from "../audit/log.ts";
import type { Instant } from "../clock.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { type ConfigurableType, type PolicyType, policyTypes } from "../db/schema.ts";
import { transaction } from "../db/transaction.ts";
import { invalid, notFound, Refusal } from "../errors.ts";
import { emit } from "../events/outbox.ts";
import { assertMatch } from "../http/preconditions.ts";
import { fieldErrors } from "../http/validation.ts";
import { wording } from "../http/wording.ts";
import { targetExists, unknownId } from "../tenancy/hierarchy.ts";
import { assertTarget } from "../tenancy/reach.ts";
import type { Caller } from "../tenant.ts";
import { type Configuration, parentMistake } from "./effective.ts";
import { type Config, configSchemas, fieldsOf } from "./rules.ts";
import {
  findPolicyRow,
  insertPolicyRow,
  livePolicyRows,
  markPolicyDeleted,
  type PolicyRow,
  updatePolicyRow,
} from "./store.ts";
import { findVersion, insertVersion, type PolicyVersion } from "./version-store.ts";
import { type PolicyView, policyView } from "./views.ts";

/** Every write makes a new version; nothing is overwritten. One writer at a time per company: cycles need two to arise. */

export interface NewPolicy {
  readonly policyType: PolicyType;
  readonly level: ConfigurableType;
  readonly targetId: string;
  readonly config: Config;
  readonly isOverride: boolean;
  readonly overridesId: number | null;
  readonly comment: string | null;
}

/** @throws Refusal validationFailed for a foreign target or parent, conflict where the target has one already */
export async function createPolicy(db: Db, caller: Caller, policy: NewPolicy): Promise<PolicyView> {
  return writing(db, caller, async (tx, now) => {
    if (!(await targetExists(tx, caller, policy.level, policy.targetId))) throw unknownId("/targetId", policy.level);
    await assertTarget(tx, caller, policy.level, policy.targetId);
    const rows = await livePolicyRows(tx, caller, policy.policyType);
    const twin = rows.find(({ level, targetId }) => level === policy.level && targetId === policy.targetId);
    if (twin) {
      throw new Refusal(
        "conflict",
        `Policy ${twin.id} already sets ${policy.policyType} rules there; change that one.`,
      );
    }
    await assertParent(tx, caller, { ...policy, id: null });
    const id = await insertPolicyRow(tx, caller, policy, now);
    return recordVersion(tx, caller, null, { ...policy, id, version: 1 }, "create", policy.comment, now);
  });
}

export interface PolicyChange {
  /** Fields to set; those left out stay as they are. */
  readonly config?: Config | undefined;
  readonly isOverride?: boolean | undefined;
  readonly overridesId?: number | null | undefined;
  readonly comment: string | null;
}

/** @param ifMatch the version it was read at (an ETag), or null to change whatever is there */
export async function changePolicy(
  db: Db,
  caller: Caller,
  id: number,
  change: PolicyChange,
  ifMatch: string | null,
): Promise<PolicyView> {
  return writing(db, caller, async (tx, now) => {
    const from = await getPolicyInReach(tx, caller, id);
    assertMatch(ifMatch, String(from.version));
    const to: Configuration = {
      ...from,
      config: { ...from.config, ...change.config },
      isOverride: change.isOverride ?? from.isOverride,
      overridesId: change.overridesId === undefined ? from.overridesId : change.overridesId,
      version: from.version + 1,
    };
    await assertParent(tx, caller, to);
    await stored(updatePolicyRow(tx, caller, from, to, now));
    return recordVersion(tx, caller, from, to, "change", change.comment, now);
  });
}

/** "Reset to inherited": the field is no longer set here. */
export async function resetPolicyField(
  db: Db,
  caller: Caller,
  id: number,
  field: string,
  ifMatch: string | null,
): Promise<PolicyView> {
  return writing(db, caller, async (tx, now) => {
    const from = await getPolicyInReach(tx, caller, id);
    assertMatch(ifMatch, String(from.version));
    if (!fieldsOf(from.policyType).includes(field)) {
      throw invalid("params/field", `must be one of ${fieldsOf(from.policyType).join(", ")}`);
    }
    const { [field as keyof Config]: _, ...config } = from.config;
    const to = { ...from, config: config as Config, version: from.version + 1 };
    await stored(updatePolicyRow(tx, caller, from, to, now));
    return recordVersion(tx, caller, from, to, "reset", field, now);
  });
}

/**
 * Says again what an earlier version said: all of it, so that a field which was not set then is inherited again.
 * @throws Refusal validationFailed for a version that there is not, or whose parent is gone
 */
export async function revertPolicy(
  db: Db,
  caller: Caller,
  id: number,
  { version, comment }: { readonly version: number; readonly comment: string | null },
  ifMatch: string | null,
): Promise<PolicyView> {
  return writing(db, caller, async (tx, now) => {
    const from = await getPolicyInReach(tx, caller, id);
    assertMatch(ifMatch, String(from.version));
    const earlier = await findVersion(tx, caller, id, version);
    if (!earlier) throw invalid("/version", "is no version of this policy; its history names them");
    const { config, isOverride, overridesId } = earlier;
    const to = { ...from, config, isOverride, overridesId, version: from.version + 1 };
    await assertParent(tx, caller, to);
    await stored(updatePolicyRow(tx, caller, from, to, now));
    return recordVersion(tx, caller, from, to, "change", comment, now);
  });
}

/** What stood on it inherits from the next level of its chain from now on; bookings made before keep what applied. */
export async function deletePolicy(db: Db, caller: Caller, id: number, ifMatch: string | null): Promise<void> {
  return writing(db, caller, async (tx, now) => {
    const from = await getPolicyInReach(tx, caller, id);
    assertMatch(ifMatch, String(from.version));
    await stored(markPolicyDeleted(tx, caller, from, now));
    await recordVersion(tx, caller, from, { ...from, version: from.version + 1 }, "delete", null, now);
  });
}

/** @throws Refusal notFound */
export async function getPolicy(db: Db, caller: Caller, id: number): Promise<PolicyRow> {
  const row = await findPolicyRow(db, caller, id);
  if (!row) throw notFound("policy");
  return row;
}

/** For a change of it. @throws Refusal notFound, or forbidden where it stands at a place that the caller does not reach */
async function getPolicyInReach(db: Db, caller: Caller, id: number): Promise<PolicyRow> {
  const row = await getPolicy(db, caller, id);
  await assertTarget(db, caller, row.level, row.targetId);
  return row;
}

export async function writing<T>(db: Db, caller: Caller, work: (tx: Tx, now: Instant) => Promise<T>): Promise<T> {
  return transaction(db, async (tx) => {
    await takeLock(tx, caller, "policies", caller.companyId);
    return work(tx, await currentTime(tx));
  });
}

export async function stored(write: Promise<boolean>): Promise<void> {
  if (!(await write)) throw new Error("A policy changed although its company's policies were locked.");
}

export async function recordVersion(
  tx: Tx,
  caller: Caller,
  before: Configuration | null,
  policy: Configuration,
  change: PolicyVersion["change"],
  comment: string | null,
  now: Instant,
): Promise<PolicyView> {
  const { actor } = caller;
  await insertVersion(tx, caller, { ...policy, change, comment, actor }, now);
  const { id: policyId, policyType, level, targetId, version } = policy;
  await emit(
    tx,
    caller,
    { type: "policy.changed", policyId, policyType, level, targetId, change, version, actor },
    now,
  );
  const subject = { type: "policy", id: policyId };
  const to = change === "delete" ? null : audited(policy);
  await audit(tx, caller, { action: `policy.${change}`, subject, from: before && audited(before), to }, now);
  return policyView(
    change === "delete" ? { ...policy, createdAt: now, updatedAt: now } : await getPolicy(tx, caller, policyId),
  );
}

/** Its rules one by one, so that the log says which of them changed. */
function audited({ config, policyType, level, targetId, isOverride, overridesId }: Configuration) {
  return { policyType, level, targetId, isOverride, overridesId, ...config };
}

const parentMessages = {
  self: "is this very policy; name another one or null",
  circular: "would make a circle of overrides; name a policy that does not build on this one",
  unknown: "names no policy of this company; name an existing one or null",
  otherType: "names a policy of another type; name one of the same policyType",
  notLessSpecific: "must name a policy of a less specific level (staff, service, branch, company: from most to least)",
};

async function assertParent(
  tx: Tx,
  caller: Caller,
  child: Pick<Configuration, "level" | "policyType" | "overridesId"> & { id: number | null },
): Promise<void> {
  if (child.overridesId === null) return;
  const all: PolicyRow[] = [];
  for (const type of policyTypes) all.push(...(await livePolicyRows(tx, caller, type)));
  const mistake = parentMistake(child, all);
  if (mistake) throw invalid("/overridesId", parentMessages[mistake]);
}

/** @throws Refusal validationFailed with a pointer per field that does not fit the policy type */
export function parseConfig(policyType: PolicyType, config: unknown): Config {
  const parsed = configSchemas[policyType].safeParse(config, { error: wording });
  if (parsed.success) return parsed.data as Config;
  throw new Refusal(
    "validationFailed",
    "Some fields need mending; see errors.",
    parsed.error.issues.flatMap((issue) => fieldErrors(issue, "/config")),
  );
}
