import type { Places } from "../../../api/places.ts";
import type { Spot } from "../../../api/spots.ts";
import type { PolicySearch } from "../../../app/search.ts";
import type { Effective } from "../data.ts";

/** Both places of a comparison, as the address says. */
export interface Sides {
  readonly one: Spot;
  readonly other: Spot;
}

export function sidesOf({ branch, service, staff, withBranch, withService, withStaff }: PolicySearch): Sides {
  return { one: { branch, service, staff }, other: { branch: withBranch, service: withService, staff: withStaff } };
}

export function searchOf({ one, other }: Sides) {
  return { ...one, withBranch: other.branch, withService: other.service, withStaff: other.staff };
}

/** What a place is compared with until another one is chosen: the company, and the company itself with its first branch. */
export function firstOther({ branch, service, staff }: Spot, places: Places): Spot {
  const isCompany = branch === undefined && service === undefined && staff === undefined;
  return isCompany ? { branch: places.branches[0]?.id } : {};
}

export const isDifferent = (one: Effective, other: Effective, field: string): boolean =>
  JSON.stringify(one.values[field]) !== JSON.stringify(other.values[field]);
