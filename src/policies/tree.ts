import type { Instant } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import type { PolicyType } from "../db/schema.ts";
import { invalid } from "../errors.ts";
import { readHierarchy, unknownId } from "../tenancy/hierarchy.ts";
import type { Tenant } from "../tenant.ts";
import { type Level, type Provenance, policySet, type Target } from "./effective.ts";
import { allInForce } from "./version-store.ts";

export interface TreeNode extends Target {
  readonly name: string;
  /** From the node up to the company. */
  readonly chain: readonly Target[];
  readonly values: Readonly<Record<string, unknown>>;
  readonly provenance: Readonly<Record<string, Provenance>>;
}

/**
 * What applies at a place and at all below it, each branch followed by its services and staff. However many there are,
 * the statements are the same few. @throws Refusal validationFailed for a place that is not this company's
 */
export async function effectiveTree(
  db: Db,
  tenant: Tenant,
  policyType: PolicyType,
  root: { readonly level: Level; readonly targetId: string | undefined },
  at: Instant | null,
): Promise<{ asOf: Instant; nodes: TreeNode[] }> {
  const asOf = at ?? (await currentTime(db));
  const places = below(await placesOf(db, tenant), tenant, root);
  const policies = policySet(policyType, await allInForce(db, tenant, policyType, asOf));
  const nodes = places.map(({ name, chain }) => {
    const { values, provenance } = policies.effective(chain);
    return { ...(chain[0] as Target), name, chain, values: { ...values }, provenance: { ...provenance } };
  });
  return { asOf, nodes };
}

interface Place {
  readonly name: string;
  readonly chain: readonly Target[];
}

async function placesOf(db: Db, tenant: Tenant): Promise<Place[]> {
  const { company, branches, services, staff } = await readHierarchy(db, tenant);
  const top: Target = { level: "company", id: String(company.id) };
  const under = (chain: readonly Target[], level: Level, list: readonly { id: number | string; name: string }[]) =>
    list.map(({ id, name }) => ({ name, chain: [{ level, id: String(id) }, ...chain] }));
  const [servicesOf, staffOf] = [byBranch(services), byBranch(staff)];
  return [
    { name: company.name, chain: [top] },
    ...under([top], "branch", branches).flatMap((branch) => {
      const id = branch.chain[0]?.id ?? null;
      return [
        branch,
        ...under(branch.chain, "service", servicesOf.get(id) ?? []),
        ...under(branch.chain, "staff", staffOf.get(id) ?? []),
      ];
    }),
    ...under([top], "service", servicesOf.get(null) ?? []),
  ];
}

function byBranch<T extends { readonly branchId: string | null }>(list: readonly T[]): Map<string | null, T[]> {
  return Map.groupBy(list, ({ branchId }) => branchId);
}

function below(
  places: readonly Place[],
  { companyId }: Tenant,
  { level, targetId }: { readonly level: Level; readonly targetId: string | undefined },
): readonly Place[] {
  if (targetId === undefined && level !== "company") throw invalid("query/targetId", `must name the ${level}`);
  const id = targetId ?? String(companyId);
  const found = places.filter(({ chain }) => chain.some((target) => target.level === level && target.id === id));
  if (found.length === 0) throw unknownId("query/targetId", level);
  return found;
}
