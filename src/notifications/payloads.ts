import type { NotificationEvent } from "./catalogue.ts";

/** What a message is about, as it was when the event happened; stored with the delivery. Times are ISO 8601 UTC. */
export interface Visit {
  readonly company: string;
  readonly branch: string;
  readonly service: string;
  /** Empty where nobody in particular was booked. */
  readonly staff: string;
  readonly customer: string;
  readonly zone: string;
  readonly startsAt: string;
  readonly endsAt: string;
}

interface WithFee {
  readonly feeCents: number;
  readonly currency: string;
}

interface OfCallback {
  readonly company: string;
  readonly branch: string;
  readonly customer: string;
  readonly phone: string;
  readonly zone: string;
  readonly priority: string;
  /** When the call back is promised for. */
  readonly promisedBy: string;
  /** Empty where nobody is in charge of it yet. */
  readonly assignee: string;
}

/** One typed payload for each event. */
export interface Payloads {
  booking_confirmed: Visit;
  booking_pending: Visit;
  reminder_1week: Visit;
  reminder_24h: Visit;
  reminder_2h: Visit;
  cancellation: Visit & WithFee & { readonly byBusiness: boolean };
  reschedule_confirmed: Visit & WithFee & { readonly previousStartsAt: string };
  appointment_modified: Visit;
  callback_request_received: OfCallback;
  callback_scheduled: OfCallback;
  callback_unreachable: OfCallback;
  no_show: Visit;
  appointment_completed: Visit;
  payment_received: Visit & { readonly amountCents: number; readonly currency: string; readonly reference: string };
  staff_cancellation: Visit & { readonly byBusiness: boolean };
  staff_reschedule: Visit & { readonly previousStartsAt: string; readonly previousStaff: string };
  callback_created: OfCallback;
  callback_assigned: OfCallback & { readonly reason: string };
  callback_overdue: OfCallback;
  callback_escalated: OfCallback & { readonly level: number; readonly reason: string };
}
type Complete = NotificationEvent extends keyof Payloads ? Payloads : never;
export type Payload<E extends NotificationEvent = NotificationEvent> = Complete[E];

const visit: Visit = {
  company: "Salon Lindner",
  branch: "Berlin Mitte",
  service: "Farbe & Schnitt",
  staff: "Anna Weber",
  customer: "Petra O'Neil",
  zone: "Europe/Berlin",
  startsAt: "2026-03-09T13:30:00.000Z",
  endsAt: "2026-03-09T15:00:00.000Z",
};
const callback: OfCallback = {
  company: visit.company,
  branch: visit.branch,
  customer: visit.customer,
  phone: "+493023125001",
  zone: visit.zone,
  priority: "high",
  promisedBy: "2026-03-09T11:00:00.000Z",
  assignee: visit.staff,
};
const fee = { feeCents: 2000, currency: "EUR" };
const earlier = "2026-03-05T09:00:00.000Z";

/** For previews; and the shape that a template's variables are checked against. */
export const samples: { readonly [E in NotificationEvent]: Payloads[E] } = {
  booking_confirmed: visit,
  booking_pending: visit,
  reminder_1week: visit,
  reminder_24h: visit,
  reminder_2h: visit,
  cancellation: { ...visit, ...fee, byBusiness: false },
  reschedule_confirmed: { ...visit, ...fee, previousStartsAt: earlier },
  appointment_modified: visit,
  callback_request_received: callback,
  callback_scheduled: callback,
  callback_unreachable: callback,
  no_show: visit,
  appointment_completed: visit,
  payment_received: { ...visit, amountCents: 4500, currency: "EUR", reference: "R-2026-0042" },
  staff_cancellation: { ...visit, byBusiness: false },
  staff_reschedule: { ...visit, previousStartsAt: earlier, previousStaff: visit.staff },
  callback_created: callback,
  callback_assigned: { ...callback, reason: "manual" },
  callback_overdue: callback,
  callback_escalated: { ...callback, level: 2, reason: "sla_breach" },
};
