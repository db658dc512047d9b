import type { CallbackRecipient, DomainEvent } from "../events/outbox.ts";
import type { NotificationEvent } from "./catalogue.ts";
import type { Payload, Visit } from "./payloads.ts";

/** Whom an event concerns, before anybody looked up how to reach them. */
export type Addressee =
  | { readonly to: "customer"; readonly customerId: number }
  /** The branch's address is used where the member has none. */
  | { readonly to: "staff"; readonly staffId: string; readonly elseBranchId: string }
  | { readonly to: "branch"; readonly branchId: string }
  | { readonly to: "address"; readonly address: string };

/** One notification event for one addressee. */
export type Notice = {
  readonly [E in NotificationEvent]: { readonly event: E; readonly addressee: Addressee; readonly payload: Payload<E> };
}[NotificationEvent];

/** What is known of the appointment that a domain event is about. */
export interface AppointmentScene {
  readonly visit: Visit;
  readonly customerId: number;
  readonly branchId: string;
  readonly staffId: string | null;
  /** By staff id: those that the event names. */
  readonly staffNames: Readonly<Record<string, string>>;
}

export interface CallbackScene {
  readonly callback: Payload<"callback_created">;
  readonly customerId: number | null;
  readonly branchId: string;
}

type Of<T extends DomainEvent["type"]> = Extract<DomainEvent, { type: T }>;
type AboutAppointment = Extract<DomainEvent, { appointmentId: number }>["type"];
type AboutCallback = Extract<DomainEvent, { callbackId: number }>["type"];

type Mapping = {
  readonly [T in DomainEvent["type"]]: T extends AboutAppointment
    ? (event: Of<T>, scene: AppointmentScene) => Notice[]
    : T extends AboutCallback
      ? (event: Of<T>, scene: CallbackScene) => Notice[]
      : (event: Of<T>) => Notice[];
};

const nothing = (): Notice[] => [];

/**
 * Every domain event and whom it makes us tell: one that is not listed here does not compile. Reminders are not here:
 * see `reminderEffects`.
 */
export const mapping: Mapping = {
  "appointment.booked": ({ imported, status }, scene) =>
    imported ? [] : [toCustomer(scene, status === "pending" ? "booking_pending" : "booking_confirmed", scene.visit)],
  "appointment.seen": nothing,
  "appointment.confirmed": ({ from }, scene) =>
    from === "pending" ? [toCustomer(scene, "booking_confirmed", scene.visit)] : [],
  "appointment.cancelled": ({ initiatedBy, feeCents, currency }, scene) => {
    const byBusiness = initiatedBy === "business";
    return [
      toCustomer(scene, "cancellation", { ...scene.visit, feeCents, currency, byBusiness }),
      { event: "staff_cancellation", addressee: staffOf(scene), payload: { ...scene.visit, byBusiness } },
    ];
  },
  "appointment.rescheduled": ({ feeCents, currency, from, to }, scene) => {
    const visit = { ...scene.visit, startsAt: to.startsAt, endsAt: to.endsAt };
    const movedInTime = from.startsAt !== to.startsAt || from.endsAt !== to.endsAt;
    const previous = { previousStartsAt: from.startsAt };
    const previousStaff = from.staffId === null ? "" : (scene.staffNames[from.staffId] ?? "");
    const payload = { ...visit, ...previous, previousStaff };
    const before: Notice[] =
      from.staffId === null || from.staffId === to.staffId
        ? []
        : [{ event: "staff_reschedule", addressee: member(from.staffId, scene.branchId), payload }];
    return [
      movedInTime
        ? toCustomer(scene, "reschedule_confirmed", { ...visit, ...previous, feeCents, currency })
        : toCustomer(scene, "appointment_modified", visit),
      { event: "staff_reschedule", addressee: staffOf({ ...scene, staffId: to.staffId }), payload },
      ...before,
    ];
  },
  "appointment.change_reserved": nothing,
  "appointment.reservation_expired": nothing,
  "appointment.reservation_withdrawn": nothing,
  "appointment.completed": (_, scene) => [toCustomer(scene, "appointment_completed", scene.visit)],
  "appointment.no_show": (_, scene) => [toCustomer(scene, "no_show", scene.visit)],
  "appointment.modified": (_, scene) => [toCustomer(scene, "appointment_modified", scene.visit)],
  "payment.received": ({ amountCents, currency, reference }, scene) => [
    toCustomer(scene, "payment_received", { ...scene.visit, amountCents, currency, reference }),
  ],
  "callback.created": ({ branchId }, scene) => [
    ...callersNotice(scene, "callback_request_received"),
    { event: "callback_created", addressee: { to: "branch", branchId }, payload: scene.callback },
  ],
  "callback.assigned": ({ assignedTo, branchId, from, reason }, scene) => {
    if (assignedTo === null) return [];
    const first = from === null ? callersNotice(scene, "callback_scheduled") : [];
    const payload = { ...scene.callback, reason };
    return [...first, { event: "callback_assigned", addressee: member(assignedTo, branchId), payload }];
  },
  "callback.acknowledged": nothing,
  "callback.contacted": nothing,
  "callback.attempt_failed": nothing,
  "callback.changed": nothing,
  "callback.completed": ({ outcome }, scene) =>
    outcome === "unreachable" ? callersNotice(scene, "callback_unreachable") : [],
  "callback.cancelled": nothing,
  "callback.expired": nothing,
  "callback.overdue": ({ recipients, branchId }, scene) =>
    recipients.map((recipient) => ({
      event: "callback_overdue",
      addressee: rung(recipient, branchId),
      payload: scene.callback,
    })),
  "callback.escalated": ({ recipients, branchId, level, reason }, scene) =>
    recipients.map((recipient) => ({
      event: "callback_escalated",
      addressee: rung(recipient, branchId),
      payload: { ...scene.callback, level, reason },
    })),
  "callback.escalation_resolved": nothing,
  "delivery.sent": nothing,
  "delivery.delivered": nothing,
  "delivery.bounced": nothing,
  "delivery.failed": nothing,
  "delivery.unknown": nothing,
  "policy.changed": nothing,
  "settings.changed": nothing,
};

/** What a domain event does to an appointment's reminders. */
export const reminderEffects: Readonly<Record<DomainEvent["type"], "plan" | "withdraw" | "none">> = {
  "appointment.booked": "plan",
  "appointment.seen": "plan",
  "appointment.confirmed": "none",
  "appointment.cancelled": "withdraw",
  "appointment.rescheduled": "plan",
  "appointment.change_reserved": "none",
  "appointment.reservation_expired": "none",
  "appointment.reservation_withdrawn": "none",
  "appointment.completed": "withdraw",
  "appointment.no_show": "withdraw",
  "appointment.modified": "plan",
  "payment.received": "none",
  "callback.created": "none",
  "callback.assigned": "none",
  "callback.acknowledged": "none",
  "callback.contacted": "none",
  "callback.attempt_failed": "none",
  "callback.changed": "none",
  "callback.completed": "none",
  "callback.cancelled": "none",
  "callback.expired": "none",
  "callback.overdue": "none",
  "callback.escalated": "none",
  "callback.escalation_resolved": "none",
  "delivery.sent": "none",
  "delivery.delivered": "none",
  "delivery.bounced": "none",
  "delivery.failed": "none",
  "delivery.unknown": "none",
  "policy.changed": "none",
  "settings.changed": "none",
};

/** The notices of an event. @param scene what it is about; null where that is gone, and nobody needs to be told */
export function noticesOf(event: DomainEvent, scene: AppointmentScene | CallbackScene | null): Notice[] {
  const isAbout = "appointmentId" in event || "callbackId" in event;
  if (isAbout && scene === null) return [];
  const notices = mapping[event.type] as (event: DomainEvent, scene: unknown) => Notice[];
  return notices(event, scene);
}

function toCustomer<E extends NotificationEvent>(
  { customerId }: { customerId: number },
  event: E,
  payload: Payload<E>,
): Notice {
  return { event, addressee: { to: "customer", customerId }, payload } as unknown as Notice;
}

/** Nobody is told who left no name in the customers. */
function callersNotice(
  { customerId, callback }: CallbackScene,
  event: "callback_request_received" | "callback_scheduled" | "callback_unreachable",
): Notice[] {
  return customerId === null ? [] : [toCustomer({ customerId }, event, callback)];
}

function staffOf({ staffId, branchId }: Pick<AppointmentScene, "staffId" | "branchId">): Addressee {
  return staffId === null ? { to: "branch", branchId } : member(staffId, branchId);
}

function member(staffId: string, elseBranchId: string): Addressee {
  return { to: "staff", staffId, elseBranchId };
}

function rung(recipient: CallbackRecipient, branchId: string): Addressee {
  switch (recipient.type) {
    case "staff":
      return member(recipient.staffId, branchId);
    case "branch":
      return { to: "branch", branchId: recipient.branchId };
    case "email":
      return { to: "address", address: recipient.address };
  }
}
