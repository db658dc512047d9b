import { useQuery } from "@tanstack/react-query";
import { allPages } from "../../api/all-pages.ts";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import type { Level, Places } from "../../api/places.ts";
import { branchOf, type Spot, type Target } from "../../api/spots.ts";
import type { PolicyType } from "../../app/choices.ts";

export type Policy = Schemas["Policy"];
export type Effective = Schemas["EffectivePolicy"];
export type Provenance = Effective["provenance"][string];

export function usePolicies(type: PolicyType) {
  return useQuery({ queryKey: ["policies", type], queryFn: () => allPolicies(type) });
}

export function allPolicies(policyType: PolicyType): Promise<Policy[]> {
  return allPages((cursor) =>
    dataOf(api.GET("/api/v1/policies", { params: { query: { policyType, limit: 100, ...cursor } } })),
  );
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
    return sets && (level !== "branch" || branchOf({ level: policy.level, id: policy.targetId }, places) === id);
  });
}
