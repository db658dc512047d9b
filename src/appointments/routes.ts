import { z } from "zod";
import { appointmentStatuses, initiators } from "../db/schema.ts";
import {
  id,
  idParam,
  instantIn,
  instantReply,
  instantText,
  periodFields,
  periodIn,
  said,
  text,
  uuid,
} from "../http/fields.ts";
import { cursorOf, page, pageOf, pageQuery, readCursor, type Sort } from "../http/pagination.ts";
import { type Route, route } from "../http/route.ts";
import { decisionFields } from "../policies/decision-view.ts";
import { bookAppointment } from "./book.ts";
import { cancelAppointment } from "./cancel.ts";
import { listAppointments } from "./list.ts";
import { modificationRoutes } from "./modification-routes.ts";
import { quoteCancellation, quoteReschedule } from "./quote.ts";
import { rescheduleAppointment } from "./reschedule.ts";
import { reservation, reservationRoutes } from "./reservation-routes.ts";
import type { ChangeRequest } from "./scene.ts";
import { changeStatus, type Transition } from "./status.ts";
import { getAppointment } from "./store.ts";
import { type Outcome, viewOf } from "./views.ts";

const tag = "appointments";
const params = z.object({ appointmentId: idParam });

const appointment = z
  .object({
    id,
    branchId: z.string(),
    serviceId: id,
    staffId: z.string().nullable(),
    customerId: id,
    startsAt: instantReply,
    endsAt: instantReply,
    status: z.enum(appointmentStatuses),
    seriesId: z.string().nullable(),
    priceCents: z.int().min(0).max(2_000_000_000).nullable(),
    version: id,
    createdAt: instantReply,
    updatedAt: instantReply,
  })
  .meta({ id: "Appointment" });

const listed = appointment
  .extend({
    customer: z.object({ id, name: z.string() }).optional().meta({ description: "With include=customer" }),
  })
  .meta({ id: "ListedAppointment" });

const outcome = z
  .object({
    decisionId: id.nullable(),
    modificationId: id.nullable(),
    reservation: reservation.nullable().meta({ description: "Where the platform is to make the change: confirm it" }),
    ...decisionFields,
    appointment,
  })
  .meta({ id: "Decision" });

const change = {
  initiatedBy: z.enum(initiators).default("customer").meta({ description: "On whose behalf, whoever types it" }),
  reason: text(2000).nullable().default(null),
  callerPhone: text(50)
    .nullable()
    .default(null)
    .meta({ description: "The number the customer calls from; may be left out by keys with callers:vouch" }),
  force: z
    .strictObject({
      reason: said(2000),
      waiveFee: z.boolean().default(false),
      waiverReason: said(2000).nullable().default(null).meta({ description: "Needed to waive the fee" }),
    })
    .refine(({ waiveFee, waiverReason }) => !waiveFee || waiverReason !== null, {
      path: ["waiverReason"],
      message: "is missing; say why the fee is waived",
    })
    .nullable()
    .default(null)
    .meta({ description: "Does what the policy denies; needs appointments:force" }),
};
const agreed = {
  feeAtMostCents: z
    .int()
    .min(0)
    .max(2_000_000_000)
    .optional()
    .meta({ description: "What the customer was told; if it costs more by now, nothing is done (`feeHigher`)" }),
};
const move = { startsAt: instantText, staffId: uuid.optional() };

const cancellation = z.strictObject({ ...change, ...agreed }).meta({ id: "Cancellation" });
const rescheduling = z.strictObject({ ...change, ...move, ...agreed }).meta({ id: "Rescheduling" });
const quote = z
  .discriminatedUnion("action", [
    z.strictObject({ action: z.literal("cancel"), ...change }),
    z.strictObject({ action: z.literal("reschedule"), ...change, ...move }),
  ])
  .meta({ id: "Quote" });

type Changing = Omit<z.output<typeof cancellation>, "feeAtMostCents"> & { feeAtMostCents?: number | undefined };
const changeOf = (body: Changing, elapsedMilliseconds: number): ChangeRequest => ({
  initiatedBy: body.initiatedBy,
  reason: body.reason,
  callerPhone: body.callerPhone,
  force: body.force,
  feeAtMostCents: body.feeAtMostCents,
  elapsedMilliseconds,
});
const moveOf = (body: Changing & { startsAt: string; staffId?: string | undefined }, elapsedMilliseconds: number) => ({
  ...changeOf(body, elapsedMilliseconds),
  startsAt: instantIn(body.startsAt),
  staffId: body.staffId,
});

function denial(result: unknown) {
  const decision = result as Outcome;
  if (decision.allowed) return null;
  const { code, explanation } = decision;
  return { code, title: "The policy in force does not allow this", detail: explanation.en.staff, decision };
}

const byStart: Sort<[string, number]> = { name: "start", key: z.tuple([z.iso.datetime(), id]) };

const statusRoute = (transition: Transition, summary: string): Route =>
  route({
    method: "POST",
    path: `/appointments/:appointmentId/${transition}`,
    tag,
    permission: transition === "confirmation" ? "appointments:confirm" : "appointments:complete",
    summary,
    params,
    body: z.strictObject({}).optional(),
    reply: appointment,
    handle: ({ db, caller, params }) => changeStatus(db, caller, params.appointmentId, transition),
  });

export const appointmentRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/appointments",
    tag,
    permission: "appointments:read",
    summary: "List appointments in order of their start",
    query: z.object({
      ...pageQuery,
      customerId: idParam.optional(),
      branchId: uuid.optional(),
      staffId: uuid.optional(),
      status: z.enum(appointmentStatuses).optional(),
      ...periodFields,
      include: z.enum(["customer"]).optional().meta({ description: "Whose they are, by name; needs customers:read" }),
    }),
    reply: pageOf(listed),
    async handle({ db, caller, query: { limit, cursor, from, until, include, ...filter } }) {
      const key = readCursor(byStart, cursor);
      const after = key && { startsAt: instantIn(key[0]), id: key[1] };
      const part = { after, limit: limit + 1, withCustomers: include === "customer" };
      const rows = await listAppointments(db, caller, { ...filter, ...periodIn({ from, until }) }, part);
      return page(rows, limit, (last) => cursorOf(byStart, [last.startsAt, last.id]));
    },
  }),
  route({
    method: "POST",
    path: "/appointments",
    tag,
    permission: "appointments:write",
    summary: "Book an appointment, or import one that was booked elsewhere",
    body: z
      .strictObject({
        branchId: uuid,
        serviceId: id,
        staffId: uuid.nullable().default(null),
        customerId: id,
        startsAt: instantText,
        durationMinutes: z.int().min(1).max(10080).nullable().default(null),
        priceCents: z.int().min(0).max(2_000_000_000).nullable().default(null),
        status: z.enum(["pending", "scheduled", "confirmed", "booked"]).default("booked"),
        bookedAt: instantText
          .nullable()
          .default(null)
          .meta({ description: "When it was booked elsewhere; imports only" }),
      })
      .meta({ id: "Booking" }),
    reply: appointment,
    status: 201,
    handle: ({ db, caller, body: { startsAt, bookedAt, ...body } }) =>
      bookAppointment(db, caller, {
        ...body,
        startsAt: instantIn(startsAt),
        bookedAt: bookedAt === null ? null : instantIn(bookedAt),
      }),
  }),
  route({
    method: "GET",
    path: "/appointments/:appointmentId",
    tag,
    permission: "appointments:read",
    summary: "One appointment",
    params,
    reply: appointment,
    etag: ({ version }) => String(version),
    handle: async ({ db, caller, params }) => viewOf(await getAppointment(db, caller, params.appointmentId)),
  }),
  route({
    method: "POST",
    path: "/appointments/:appointmentId/quotes",
    tag,
    permission: "appointments:read",
    summary: "What would be decided now, and what it would cost; nothing is kept",
    params,
    body: quote,
    reply: outcome,
    handle: ({ db, caller, params, body, elapsedMilliseconds }) =>
      body.action === "cancel"
        ? quoteCancellation(db, caller, params.appointmentId, changeOf(body, elapsedMilliseconds()))
        : quoteReschedule(db, caller, params.appointmentId, moveOf(body, elapsedMilliseconds())),
  }),
  route({
    method: "POST",
    path: "/appointments/:appointmentId/cancellation",
    tag,
    permission: "appointments:cancel",
    summary: "Cancel an appointment, if the policy in force allows it",
    params,
    body: cancellation,
    reply: outcome,
    denial,
    handle: ({ db, caller, params, body, elapsedMilliseconds }) =>
      cancelAppointment(db, caller, params.appointmentId, changeOf(body, elapsedMilliseconds())),
  }),
  route({
    method: "POST",
    path: "/appointments/:appointmentId/rescheduling",
    tag,
    permission: "appointments:reschedule",
    summary: "Move an appointment, if the policy in force allows it and the staff member is free",
    params,
    body: rescheduling,
    reply: outcome,
    denial,
    handle: ({ db, caller, params, body, elapsedMilliseconds }) =>
      rescheduleAppointment(db, caller, params.appointmentId, moveOf(body, elapsedMilliseconds())),
  }),
  statusRoute("confirmation", "Confirm an appointment"),
  statusRoute("completion", "Mark an appointment as completed"),
  statusRoute("no-show", "Mark an appointment as missed by the customer"),
  ...modificationRoutes,
  ...reservationRoutes,
];
