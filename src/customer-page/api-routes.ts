import { z } from "zod";
import type { Outcome } from "../appointments/views.ts";
import { isoOf } from "../clock.ts";
import { appointmentStatuses } from "../db/schema.ts";
import { invalid } from "../errors.ts";
import { idParam, instantIn, instantReply, instantText, text } from "../http/fields.ts";
import { type Route, route, viewedRoute } from "../http/route.ts";
import { decisionCodes } from "../policies/decide.ts";
import {
  askCancellation,
  askRescheduling,
  callBack,
  cancel,
  chooseMessages,
  isSensible,
  messagesOf,
  quoteNow,
  reschedule,
} from "./actions.ts";
import { customerLink, visitBy } from "./link.ts";
import { languages, type Visit } from "./visit.ts";

const tag = "customer page";
const common = { tag, permission: "customerLink" } as const;
const cents = z.int().min(0).max(2_000_000_000);

const terms = z
  .object({
    allowed: z.boolean(),
    code: z.enum(decisionCodes),
    feeCents: cents,
    currency: z.string(),
    explanation: z.object({ de: z.string(), en: z.string() }).meta({ description: "Written to the customer" }),
  })
  .meta({ id: "CustomerTerms" });
const asked = terms
  .extend({ needsReason: z.boolean().meta({ description: "Send a reason along, or it is 409 reasonRequired" }) })
  .meta({ id: "CustomerQuote" });
const done = terms
  .extend({
    status: z.enum(appointmentStatuses),
    startsAt: instantReply,
    endsAt: instantReply,
    reservedUntil: instantReply.nullable().meta({ description: "Where the platform is yet to make the change" }),
  })
  .meta({ id: "CustomerChange" });

const messages = {
  reminder: z.boolean().meta({ description: "Reminders are wanted" }),
  feedback: z.boolean().meta({ description: "Messages after the visit are wanted" }),
};
const messageReply = z.object({ ...messages, locale: z.string().nullable() }).meta({ id: "CustomerMessages" });

const page = z
  .object({
    status: z.enum(appointmentStatuses),
    startsAt: instantReply,
    endsAt: instantReply,
    timezone: z.string(),
    company: z.string(),
    branch: z.string(),
    service: z.string(),
    staff: z.string().nullable(),
    language: z.enum(languages).meta({ description: "The customer's own, else the company's" }),
    phoneEnding: z.string().nullable().meta({ description: "The last two digits of the number that is known" }),
    isAhead: z.boolean().meta({ description: "It can still be cancelled or moved, if the policy allows it" }),
    isReserved: z.boolean().meta({ description: "A change of it waits for the platform" }),
    cancellation: terms.nullable().meta({ description: "What cancelling now would come to; null where it is over" }),
    messages: messageReply,
  })
  .meta({ id: "CustomerPage" });

const agreed = {
  reason: text(1000).nullable().default(null),
  feeAtMostCents: cents
    .default(0)
    .meta({ description: "The fee that was shown: if it costs more by now, nothing is done (`feeHigher`)" }),
};

/** A link for a platform's own messages; and behind it, for its own front end, what the page shows and does. */
export const customerPageRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/appointments/:appointmentId/customer-link",
    tag,
    permission: "appointments:link",
    summary: "The link of the customer's page of an appointment, for a message of your own",
    description: "Whoever has it can act as this customer with this appointment, until it expires.",
    params: z.object({ appointmentId: idParam }),
    reply: z
      .object({
        url: z.string(),
        token: z.string().meta({ description: "For the routes below /customer-page" }),
        expiresAt: instantReply,
      })
      .meta({ id: "CustomerLink" }),
    handle: ({ db, caller, installation, params }) => customerLink(db, caller, installation, params.appointmentId),
  }),
  route({
    ...common,
    method: "GET",
    path: "/customer-page",
    summary: "The appointment of a link, what applies to it, and which messages its customer wants",
    reply: page,
    async handle({ db, caller }) {
      const visit = await visitBy(db, caller);
      const quote = await quoteNow(db, visit);
      return { ...seen(visit), cancellation: quote && termsOf(quote) };
    },
  }),
  route({
    ...common,
    method: "POST",
    path: "/customer-page/quotes",
    summary: "What cancelling or moving would come to now; nothing is kept",
    body: z
      .discriminatedUnion("action", [
        z.strictObject({ action: z.literal("cancel") }),
        z.strictObject({ action: z.literal("reschedule"), startsAt: instantText }),
      ])
      .meta({ id: "CustomerQuoteRequest" }),
    reply: asked,
    async handle({ db, caller, body, elapsedMilliseconds }) {
      const visit = await visitBy(db, caller);
      const { quote, needsReason } =
        body.action === "cancel"
          ? await askCancellation(db, visit, elapsedMilliseconds())
          : await askRescheduling(db, visit, timeIn(visit, body.startsAt), elapsedMilliseconds());
      return { ...termsOf(quote), needsReason };
    },
  }),
  viewedRoute({
    ...common,
    method: "POST",
    path: "/customer-page/cancellation",
    summary: "Cancel the appointment, if the policy in force allows it",
    body: z.strictObject(agreed).meta({ id: "CustomerCancellation" }),
    reply: done,
    view: doneOf,
    denial,
    async handle({ db, caller, body, elapsedMilliseconds }) {
      return cancel(db, await visitBy(db, caller), body, elapsedMilliseconds());
    },
  }),
  viewedRoute({
    ...common,
    method: "POST",
    path: "/customer-page/rescheduling",
    summary: "Move the appointment, if the policy in force allows it and the staff member is free",
    body: z.strictObject({ startsAt: instantText, ...agreed }).meta({ id: "CustomerRescheduling" }),
    reply: done,
    view: doneOf,
    denial,
    async handle({ db, caller, body: { startsAt, ...body }, elapsedMilliseconds }) {
      const visit = await visitBy(db, caller);
      return reschedule(db, visit, timeIn(visit, startsAt), body, elapsedMilliseconds());
    },
  }),
  viewedRoute({
    ...common,
    method: "POST",
    path: "/customer-page/callback",
    summary: "Ask to be called back about the appointment",
    body: z
      .strictObject({
        phoneNumber: text(50)
          .min(1)
          .nullable()
          .default(null)
          .meta({ description: "Null for the number that is known" }),
        notes: text(1000).nullable().default(null),
      })
      .meta({ id: "CustomerCallback" }),
    reply: z
      .object({ expiresAt: instantReply.meta({ description: "By when the call is promised" }) })
      .meta({ id: "PromisedCallback" }),
    status: 201,
    view: ({ expiresAt }: { readonly expiresAt: string }) => ({ expiresAt }),
    async handle({ db, caller, body: { phoneNumber, notes } }) {
      return callBack(db, await visitBy(db, caller), phoneNumber, notes);
    },
  }),
  route({
    ...common,
    method: "PUT",
    path: "/customer-page/messages",
    summary: "Say which messages are wanted, and in which language",
    body: z
      .strictObject({ ...messages, locale: z.enum(languages).nullable().default(null) })
      .meta({ id: "CustomerMessagesChange" }),
    reply: messageReply,
    async handle({ db, caller, body }) {
      return messagesOf(await chooseMessages(db, await visitBy(db, caller), body));
    },
  }),
];

function seen(visit: Visit) {
  const { status, startsAt, endsAt, zone, company, branch, service, staff, language, phone, isAhead, isReserved } =
    visit;
  return {
    status,
    startsAt: isoOf(startsAt),
    endsAt: isoOf(endsAt),
    timezone: zone,
    company,
    branch,
    service,
    staff,
    language,
    phoneEnding: phone === null ? null : phone.slice(-2),
    isAhead,
    isReserved,
    messages: messagesOf(visit.preferences),
  };
}

/** What the customer is told of a decision: nothing of what staff are, or of what it was made from. */
function termsOf({ allowed, code, feeCents, currency, explanation: { de, en } }: Outcome) {
  return { allowed, code, feeCents, currency, explanation: { de: de.customer, en: en.customer } };
}

function doneOf(outcome: Outcome) {
  const { status, startsAt, endsAt } = outcome.appointment;
  return { ...termsOf(outcome), status, startsAt, endsAt, reservedUntil: outcome.reservation?.expiresAt ?? null };
}

function denial(outcome: Outcome) {
  if (outcome.allowed) return null;
  const { code, explanation } = outcome;
  const title = "The policy in force does not allow this";
  return { code, title, detail: explanation.en.customer, decision: termsOf(outcome) };
}

function timeIn(visit: Visit, startsAt: string) {
  const at = instantIn(startsAt);
  if (!isSensible(visit, at)) throw invalid("/startsAt", "must lie in the future, and within two years");
  return at;
}
