import type { Level, Places } from "../../../api/places.ts";
import type { Spot, Target } from "../../../api/spots.ts";
import type { PolicyType } from "../../../app/choices.ts";
import { type Policy, policyAt } from "../data.ts";

export const stepNames = ["whom", "time", "cost", "check"] as const;

/** Which fields each step asks for. */
export const fieldsOfStep: Record<PolicyType, { readonly time: readonly string[]; readonly cost: readonly string[] }> =
  {
    cancellation: {
      time: ["minNoticeHours", "lateCancellation", "graceMinutesAfterBooking"],
      cost: ["maxPer30Days", "fee", "feeWhen", "requireReason"],
    },
    reschedule: {
      time: ["minNoticeHours", "lateReschedule", "allowSameDay", "graceMinutesAfterBooking"],
      cost: ["maxPerAppointment", "fee", "feeWhen", "requireReason"],
    },
    recurring: {
      time: ["fullSeriesNoticeHours", "allowPartialCancel"],
      cost: ["minOccurrencesToKeep", "partialCancelFee"],
    },
  };

/** What a company may begin with: the same as `frontdesk seed` sets. */
const recommended: Record<PolicyType, Readonly<Record<string, unknown>>> = {
  cancellation: { minNoticeHours: 24, maxPer30Days: 3 },
  reschedule: { minNoticeHours: 12, maxPerAppointment: 2 },
  recurring: {},
};

/** What the wizard offers where nobody has said anything yet; elsewhere what is inherited. */
export function recommendedFor(type: PolicyType, policies: readonly Policy[]): Readonly<Record<string, unknown>> {
  return policies.length === 0 ? recommended[type] : {};
}

export interface Choice {
  readonly target: Target;
  readonly name: string;
  readonly spot: Spot;
}

/** The places that set nothing themselves yet, from the company down. */
export function freePlaces(places: Places, policies: readonly Policy[]): readonly Choice[] {
  const choice = (level: Level, id: string | number, name: string, spot: Spot): Choice => ({
    target: { level, id: String(id) },
    name,
    spot,
  });
  const all = [
    choice("company", places.company.id, places.company.name, {}),
    ...places.branches.map(({ id, name }) => choice("branch", id, name, { branch: id })),
    ...places.services.map(({ id, name, branchId }) =>
      choice("service", id, name, { ...(branchId !== null && { branch: branchId }), service: String(id) }),
    ),
    ...places.staff.map(({ id, name, branchId }) => choice("staff", id, name, { branch: branchId, staff: id })),
  ];
  return all.filter(({ target }) => policyAt(policies, target) === undefined);
}

/** The values that differ from what applies anyway: only these are set, the others stay inherited. */
export function changesOf(
  draft: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(draft).filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field])),
  );
}
