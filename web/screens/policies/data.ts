import { useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import type { Level, Places } from "../../api/places.ts";
import type { PolicyType } from "../../app/choices.ts";
import { type Place, wholeCompany } from "../../app/who.ts";

export type Policy = Schemas["Policy"];
export type Effective = Schemas["EffectivePolicy"];
export type Provenance = Effective["provenance"][string];

/** Where in the hierarchy one looks, as the address says. */
export interface Spot {
  readonly branch?: string | undefined;
  readonly service?: string | undefined;
  readonly staff?: string | undefined;
}
export interface Target {
  readonly level: Level;
  readonly id: string;
}

/** What a change made at this spot would be made for: its most specific place. */
export function targetOf({ branch, service, staff }: Spot, companyId: number): Target {
  if (staff !== undefined) return { level: "staff", id: staff };
  if (service !== undefined) return { level: "service", id: service };
  if (branch !== undefined) return { level: "branch", id: branch };
  return { level: "company", id: String(companyId) };
}

export function usePolicies(type: PolicyType) {
  return useQuery({ queryKey: ["policies", type], queryFn: () => allPolicies(type) });
}

export async function allPolicies(policyType: PolicyType): Promise<Policy[]> {
  const all: Policy[] = [];
  let cursor: string | undefined;
  do {
    const query = { policyType, limit: 100, ...(cursor === undefined ? {} : { cursor }) };
    const page = await dataOf(api.GET("/api/v1/policies", { params: { query } }));
    all.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}

export function useEffective(type: PolicyType, { branch, service, staff }: Spot) {
  const places = { branchId: branch, serviceId: service, staffId: staff };
  const query = {
    policyType: type,
    ...Object.fromEntries(Object.entries(places).filter(([, id]) => id !== undefined)),
  };
  return useQuery({
    queryKey: ["effective", query],
    queryFn: () => dataOf(api.GET("/api/v1/policies/effective", { params: { query } })),
    placeholderData: (before) => before,
  });
}

export function policyAt(policies: readonly Policy[], { level, id }: Target): Policy | undefined {
  return policies.find((policy) => policy.level === level && policy.targetId === id);
}

const ranks: Record<Level, number> = { company: 0, branch: 1, service: 2, staff: 3 };

/** Places below one that set the field themselves: a change above does not reach them. */
export function ownersBelow(
  policies: readonly Policy[],
  places: Places,
  { level, id }: Target,
  field: string,
): readonly Policy[] {
  return policies.filter((policy) => {
    if (ranks[policy.level] <= ranks[level]) return false;
    const sets = Object.hasOwn(policy.config, field) || !policy.isOverride;
    return sets && (level !== "branch" || branchOf(places, policy) === id);
  });
}

/** Where a target stands among the branches, for who may write there. */
export function placeOf({ level, id }: Target, places: Places): Place {
  if (level === "company") return wholeCompany;
  if (level === "branch") return { branchId: id };
  return { branchId: branchOf(places, { level, targetId: id }), staffId: level === "staff" ? id : null };
}

function branchOf(places: Places, { level, targetId }: Pick<Policy, "level" | "targetId">): string | null {
  if (level === "service") return places.services.find(({ id }) => String(id) === targetId)?.branchId ?? null;
  return places.staff.find(({ id }) => id === targetId)?.branchId ?? null;
}
