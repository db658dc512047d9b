import type { Seen } from "./sighting-store.ts";
import { activeStatuses } from "./store.ts";
import { isSameTime } from "./times.ts";

/** What a platform did to an appointment, as far as it is to be told. */
export type HostChange = "cancelled" | "rescheduled" | "confirmed" | "completed" | "no_show" | "modified";

/** What makes of an appointment as it was seen the one that stands there now; null where nothing is to be told. Pure. */
export function hostChange(seen: Seen, now: Seen): HostChange | null {
  const [wasActive, isActive] = [isActiveNow(seen), isActiveNow(now)];
  if (!isActive) return wasActive ? ending(now) : corrected(seen, now);
  if (!wasActive) return "modified";
  if (!isSameTime(seen, now) || seen.staffId !== now.staffId) return "rescheduled";
  if (seen.status !== now.status && (seen.status === "pending" || now.status === "confirmed")) return "confirmed";
  return seen.serviceId !== now.serviceId || seen.branchId !== now.branchId ? "modified" : null;
}

export function isActiveNow({ status, isDeleted }: Seen): boolean {
  return !isDeleted && (activeStatuses as readonly string[]).includes(status);
}

/** Whether anything that is compared differs. */
export function differs(seen: Seen, now: Seen): boolean {
  const fields = ["status", "branchId", "serviceId", "staffId", "isDeleted"] as const;
  return !isSameTime(seen, now) || fields.some((field) => seen[field] !== now[field]);
}

/** A status that we do not know of ends nothing that anybody is to be told of. */
function ending({ status, isDeleted }: Seen): HostChange | null {
  if (isDeleted || status === "cancelled") return "cancelled";
  return status === "completed" || status === "no_show" ? status : null;
}

/** What was over is over in another way: a no-show that came after all, say. */
function corrected(seen: Seen, { status, isDeleted }: Seen): HostChange | null {
  if (isDeleted || seen.status === status) return null;
  return status === "completed" || status === "no_show" ? status : null;
}
