import { z } from "zod";
import { initiators, modificationTypes, reservationStatuses } from "../db/schema.ts";
import { id, idParam, instantReply } from "../http/fields.ts";
import { cursorOf, page, pageOf, pageQuery, readCursor, type Sort } from "../http/pagination.ts";
import { type Route, route } from "../http/route.ts";
import { getReservation, listReservations } from "./reservation-store.ts";
import { confirmReservation, withdrawReservation } from "./settle.ts";
import { sightAppointment } from "./sight.ts";
import { reservationView } from "./views.ts";

const tag = "reservations";
const byId: Sort<[number]> = { name: "newest", key: z.tuple([id]) };
const params = z.object({ reservationId: idParam });

export const reservation = z
  .object({
    id,
    appointmentId: id,
    customerId: id,
    type: z.enum(modificationTypes),
    status: z.enum(reservationStatuses),
    decisionId: id,
    modificationId: id.nullable().meta({ description: "Once it is confirmed" }),
    initiatedBy: z.enum(initiators),
    feeCents: z.int().min(0).max(2_000_000_000),
    currency: z.string(),
    to: z
      .object({ startsAt: instantReply, endsAt: instantReply, staffId: z.string().nullable() })
      .nullable()
      .meta({ description: "Of a move: what the platform's row is to show" }),
    expiresAt: instantReply,
    settledAt: instantReply.nullable(),
    createdAt: instantReply,
  })
  .meta({ id: "Reservation", description: "A change that was decided and that the platform has yet to make" });

const news = ["booked", "seen", "cancelled", "rescheduled", "confirmed", "completed", "no_show", "modified"] as const;

export const reservationRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/reservations",
    tag,
    permission: "appointments:read",
    summary: "Changes that wait or waited for the platform, newest first",
    query: z.object({
      ...pageQuery,
      appointmentId: idParam.optional(),
      status: z.enum(reservationStatuses).optional(),
    }),
    reply: pageOf(reservation),
    async handle({ db, caller, query: { limit, cursor, ...filter } }) {
      const before = readCursor(byId, cursor)?.[0] ?? Number.MAX_SAFE_INTEGER;
      const rows = await listReservations(db, caller, filter, before, limit + 1);
      return page(rows.map(reservationView), limit, (last) => cursorOf(byId, [last.id]));
    },
  }),
  route({
    method: "GET",
    path: "/reservations/:reservationId",
    tag,
    permission: "appointments:read",
    summary: "One change that waits or waited for the platform",
    params,
    reply: reservation,
    handle: async ({ db, caller, params }) => reservationView(await getReservation(db, caller, params.reservationId)),
  }),
  route({
    method: "POST",
    path: "/reservations/:reservationId/confirmation",
    tag,
    permission: "appointments:write",
    summary: "The platform has made the change in its own row: now it counts and is told of",
    params,
    body: z.strictObject({}).optional(),
    reply: reservation,
    handle: ({ db, caller, params }) => confirmReservation(db, caller, params.reservationId),
  }),
  route({
    method: "POST",
    path: "/reservations/:reservationId/withdrawal",
    tag,
    permission: "appointments:write",
    summary: "The platform will not make the change: quota and time are free again",
    params,
    body: z.strictObject({}).optional(),
    reply: reservation,
    handle: ({ db, caller, params }) => withdrawReservation(db, caller, params.reservationId),
  }),
  route({
    method: "POST",
    path: "/appointments/:appointmentId/sightings",
    tag,
    permission: "events:post",
    summary: "The platform has booked or changed this appointment: look at its row now, and tell what is news",
    params: z.object({ appointmentId: idParam }),
    body: z.strictObject({}).optional(),
    reply: z.object({
      appointmentId: id,
      event: z
        .enum(news.map((name) => `appointment.${name}` as const))
        .nullable()
        .meta({ description: "What was told of; null where there is no news" }),
    }),
    handle: ({ db, caller, params }) => sightAppointment(db, caller, params.appointmentId),
  }),
];
