import { type Place, wholeCompany } from "../app/who.ts";
import type { Level, Places } from "./places.ts";

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

/** The spot that a target is seen at by itself. */
export function spotOf({ level, id }: Target, places: Places): Spot {
  if (level === "company") return {};
  if (level === "branch") return { branch: id };
  const branch = branchOf({ level, id }, places) ?? undefined;
  return level === "service" ? { branch, service: id } : { branch, staff: id };
}

/** Where a target stands among the branches, for who may write there. */
export function placeOf(target: Target, places: Places): Place {
  const { level, id } = target;
  if (level === "company") return wholeCompany;
  if (level === "branch") return { branchId: id };
  return { branchId: branchOf(target, places), staffId: level === "staff" ? id : null };
}

/** Null for a service of every branch. */
export function branchOf({ level, id: target }: Target, places: Places): string | null {
  if (level === "service") return places.services.find(({ id }) => String(id) === target)?.branchId ?? null;
  return places.staff.find(({ id }) => id === target)?.branchId ?? null;
}

/** False where the address names what is not this company's. */
export function isThere({ branch, service, staff }: Spot, places: Places): boolean {
  const has = (list: readonly { readonly id: number | string }[], wanted: string | undefined) =>
    wanted === undefined || list.some(({ id }) => String(id) === wanted);
  return has(places.branches, branch) && has(places.services, service) && has(places.staff, staff);
}
