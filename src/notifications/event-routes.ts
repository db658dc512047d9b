import { z } from "zod";
import { isoOf, parseInstant } from "../clock.ts";
import { currentTime } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { invalid } from "../errors.ts";
import { emit } from "../events/outbox.ts";
import { id, instantReply } from "../http/fields.ts";
import { type Route, route } from "../http/route.ts";
import { masked, seesContacts } from "../tenancy/contacts.ts";
import { unknownId } from "../tenancy/hierarchy.ts";
import { within } from "../tenancy/reach.ts";
import { catalogue, isReminder } from "./catalogue.ts";
import { levels } from "./effective.ts";
import type { Addressee, AppointmentScene } from "./mapping.ts";
import { plansFor } from "./plan.ts";
import { dueAt } from "./reminders.ts";
import { type Plan, reasons, recipientTypes } from "./route.ts";
import { channelField, eventField, tag } from "./route-fields.ts";
import { appointmentScene } from "./scene-store.ts";

const posted = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("payment.received"),
    appointmentId: id,
    amountCents: z.int().min(0).max(2_000_000_000),
    currency: z.string().regex(/^[A-Z]{3}$/, "must be an ISO 4217 code, like EUR"),
    reference: z.string().max(100).default(""),
  }),
  z.strictObject({ type: z.literal("appointment.modified"), appointmentId: id }),
]);

const plan = z
  .object({
    event: eventField,
    recipient: z.object({
      type: z.enum(recipientTypes),
      id: z.string(),
      name: z.string(),
      locale: z.string(),
      zone: z.string(),
    }),
    mode: z.enum(["configured", "default"]),
    muted: z.boolean(),
    messages: z.array(
      z.object({
        channel: channelField,
        address: z.string(),
        provider: z.string(),
        template: z.string().nullable(),
        locale: z.string(),
        sendAt: instantReply,
        fallbackChannel: channelField.nullable(),
        insteadOf: channelField.nullable(),
        from: z.object({ level: z.enum([...levels, "catalogue"]), configurationId: id.nullable() }),
      }),
    ),
    notSent: z.array(z.object({ channel: channelField, reason: z.enum(reasons), level: z.enum(levels).nullable() })),
  })
  .meta({ id: "NotificationPlan" });

export const eventRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/events",
    tag,
    permission: "events:post",
    summary: "Tell of something that only the platform knows; whoever is to be told of it is told",
    body: posted.meta({ id: "PostedEvent" }),
    reply: z.object({ eventId: id }),
    status: 201,
    handle: ({ db, caller, body }) =>
      transaction(db, async (tx) => {
        const now = await currentTime(tx);
        const scene = await appointmentScene(tx, caller, body.appointmentId);
        if (scene === null) throw unknownId("/appointmentId", "appointment");
        const { customerId } = scene.about as AppointmentScene;
        return { eventId: await emit(tx, caller, { ...body, customerId, actor: caller.actor }, now) };
      }),
  }),
  route({
    method: "POST",
    path: "/notification-plans",
    tag,
    permission: "notifications:read",
    summary: "A dry run: who would be told of an event, by which channel and when, and why by no other. Sends nothing",
    body: z.strictObject({ event: eventField, appointmentId: id }).meta({ id: "DryRun" }),
    reply: z.object({ plans: z.array(plan) }),
    async handle({ db, caller, body: { event, appointmentId }, installation }) {
      const reader = within(caller, "appointments:read");
      const scene = await appointmentScene(db, reader, appointmentId);
      if (scene?.startsAt == null) throw unknownId("/appointmentId", "appointment");
      if (event.startsWith("callback_"))
        throw invalid("/event", "is about a callback; name one that is about an appointment");
      const about = scene.about as AppointmentScene;
      const now = await currentTime(db);
      const addressee: Addressee =
        catalogue[event].audience === "customer"
          ? { to: "customer", customerId: about.customerId }
          : about.staffId === null
            ? { to: "branch", branchId: about.branchId }
            : { to: "staff", staffId: about.staffId, elseBranchId: about.branchId };
      const timing = isReminder(event)
        ? { dueAt: dueAt(event, scene.startsAt), notAfter: parseInstant(about.visit.startsAt) }
        : { dueAt: now, notAfter: null };
      const plans = await plansFor(db, caller, installation, { event, addressee, scene, ...timing }, now);
      return { plans: plans.map((plan) => planView(plan, seesContacts(reader))) };
    },
  }),
];

function planView(
  { event, recipient: { type, id, name, locale, zone }, mode, muted, messages, notSent }: Plan,
  withContacts: boolean,
) {
  return {
    event,
    recipient: { type, id, name, locale, zone },
    mode,
    muted,
    messages: messages.map(({ fallback, sendAt, retryCount: _, retryDelayMinutes: __, address, ...message }) => ({
      ...message,
      address: withContacts ? address : masked(address),
      sendAt: isoOf(sendAt),
      fallbackChannel: fallback?.channel ?? null,
    })),
    notSent,
  };
}
