import type { Schemas } from "../../api/client.ts";
import { instantAt } from "../../components/zone.ts";

/** What somebody wants to have changed, as it stands in the form. */
export interface Wish {
  readonly initiatedBy: "customer" | "business";
  readonly reason: string;
  readonly callerPhone: string;
  /** Local time of the branch, as a datetime-local field has it. */
  readonly start: string;
  readonly staffId: string | null;
  readonly isForced: boolean;
  readonly forceReason: string;
  readonly isWaived: boolean;
  readonly waiverReason: string;
}

export const emptyWish: Wish = {
  initiatedBy: "customer",
  reason: "",
  callerPhone: "",
  start: "",
  staffId: null,
  isForced: false,
  forceReason: "",
  isWaived: false,
  waiverReason: "",
};

/** What the API is asked; null while something is missing. */
export function askOf(action: "cancel" | "reschedule", wish: Wish, zone: string): Schemas["QuoteInput"] | null {
  const reason = wish.forceReason.trim();
  const waiverReason = (wish.isWaived && wish.waiverReason.trim()) || null;
  const change = {
    initiatedBy: wish.initiatedBy,
    reason: wish.reason.trim() || null,
    callerPhone: wish.callerPhone.trim() || null,
    force: wish.isForced && reason !== "" ? { reason, waiveFee: waiverReason !== null, waiverReason } : null,
  };
  if (action === "cancel") return { action, ...change };
  const startsAt = instantAt(wish.start, zone);
  if (startsAt === null) return null;
  return { action, ...change, startsAt, ...(wish.staffId === null ? {} : { staffId: wish.staffId }) };
}
