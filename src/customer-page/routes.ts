import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from "fastify";
import { cancelAppointment } from "../appointments/cancel.ts";
import { quoteCancellation, quoteReschedule } from "../appointments/quote.ts";
import { rescheduleAppointment } from "../appointments/reschedule.ts";
import type { ChangeRequest } from "../appointments/scene.ts";
import type { Outcome } from "../appointments/views.ts";
import { openCallback } from "../callbacks/open.ts";
import { type Instant, instantAtWallClock, isBefore, isoOf } from "../clock.ts";
import type { Db } from "../db/connect.ts";
import { Refusal } from "../errors.ts";
import { acceptForms, html, sendPage } from "../http/html.ts";
import { problemOf } from "../http/problems.ts";
import { unstorable } from "../http/storable.ts";
import type { Installation } from "../installation.ts";
import { savePreferences } from "../notifications/preferences.ts";
import {
  type Asked,
  addressOf,
  callingBack,
  cancelling,
  choosingMessages,
  moving,
  note,
  overview,
  troubled,
  type View,
} from "./views.ts";
import { instantOfText, readVisit, shownMoment, type Visit } from "./visit.ts";
import { type Trouble, words } from "./words.ts";

interface Page {
  readonly db: Db;
  readonly installation: Installation;
  /** How often one address may ask. */
  readonly limit: onRequestAsyncHookHandler;
}

type Fields = Readonly<Record<string, string | undefined>>;
type Opened = FastifyRequest<{ Params: { token: string }; Querystring: Fields; Body: Fields }>;
/** Shows something, or says where to go on. */
type Handler = (visit: Visit, fields: Fields, request: Opened) => Promise<View | string>;

/**
 * The customer's page behind the signed link of each message: one appointment, what applies to it, and what its customer
 * may do. The link is the key: it opens nothing else, and what is done is done as this customer.
 */
export async function mountCustomerPage(app: FastifyInstance, { db, installation, limit }: Page): Promise<void> {
  await app.register((pages, _options, registered) => {
    acceptForms(pages);
    pages.addHook("onRequest", limit);
    pages.setErrorHandler((error, request, reply) =>
      sendTrouble({ db, installation }, error, request as Opened, reply),
    );
    const on = (method: "GET" | "POST", step: string, handler: Handler) =>
      pages.route<{ Params: { token: string }; Querystring: Fields; Body: Fields }>({
        method,
        url: `/a/:token${step}`,
        handler: async (request, reply) => {
          const visit = await open({ db, installation }, request);
          if (visit === null) return sendInvalid(reply, request.query.lang);
          const fields = { ...request.query, ...(method === "POST" ? request.body : {}) };
          if (unstorable(fields, "").length > 0)
            throw new Refusal("badRequest", "The form holds signs that no text has.");
          const answer = await handler(visit, fields, request);
          if (typeof answer === "string") return reply.redirect(answer, 303);
          return send(reply, 200, visit, answer);
        },
      });

    on("GET", "", (visit, fields) => show(db, visit, fields));
    on("GET", "/cancellation", async (visit, _, request) => cancelling(visit, await cancelQuote(db, visit, request)));
    on("POST", "/cancellation", (visit, fields, request) => cancel(db, visit, fields, request));
    on("GET", "/rescheduling", (visit, fields, request) => propose(db, visit, fields, request));
    on("POST", "/rescheduling", (visit, fields, request) => move(db, visit, fields, request));
    on("GET", "/callback", async (visit) => callingBack(visit));
    on("POST", "/callback", (visit, fields) => callBack(db, visit, fields));
    on("GET", "/messages", async (visit) => choosingMessages(visit));
    on("POST", "/messages", (visit, fields) => choose(db, visit, fields));
    registered();
  });
}

function open({ db, installation }: Omit<Page, "limit">, { params, query, id }: Opened): Promise<Visit | null> {
  return readVisit(db, installation, params.token, { wanted: query.lang, requestId: id });
}

async function show(db: Db, visit: Visit, { done, by }: Fields): Promise<View> {
  const text = words[visit.language];
  const promised = instantOfText(by);
  const notice =
    done === "called" && promised !== null
      ? note(text.calledBy(shownMoment(promised, visit)))
      : done === "moved" || done === "saved" || done === "cancelled"
        ? note(text.done[done])
        : null;
  const { caller, appointmentId } = visit;
  const quote = visit.isAhead ? await quoteCancellation(db, caller, appointmentId, asCustomer(0)) : null;
  return overview(visit, quote, done === "cancelled" && visit.isAhead ? null : notice);
}

function cancelQuote(db: Db, { caller, appointmentId }: Visit, request: Opened): Promise<Asked> {
  const change = asCustomer(elapsed(request));
  return askedFor((reason) => quoteCancellation(db, caller, appointmentId, { ...change, reason }));
}

async function cancel(db: Db, visit: Visit, { reason, feeCents }: Fields, request: Opened): Promise<View | string> {
  const change = { ...asCustomer(elapsed(request)), reason: textOf(reason), feeAtMostCents: centsOf(feeCents) };
  const outcome = await cancelAppointment(db, visit.caller, visit.appointmentId, change);
  if (outcome.reservation !== null) return addressOf(visit);
  // Whoever presses twice has cancelled once.
  if (outcome.allowed || outcome.code === "alreadyCancelled") return addressOf(visit, "", { done: "cancelled" });
  return cancelling(
    visit,
    outcome.code === "reasonRequired" ? await cancelQuote(db, visit, request) : unasked(outcome),
  );
}

async function propose(db: Db, visit: Visit, { at }: Fields, request: Opened): Promise<View> {
  if (at === undefined) return moving(visit, null);
  const startsAt = timeOf(visit, at);
  const change = { ...asCustomer(elapsed(request)), startsAt };
  const { caller, appointmentId } = visit;
  const asked = await askedFor((reason) => quoteReschedule(db, caller, appointmentId, { ...change, reason }));
  return moving(visit, { startsAt, asked });
}

async function move(db: Db, visit: Visit, fields: Fields, request: Opened): Promise<View | string> {
  const startsAt = timeOf(visit, fields.at ?? "");
  if (isoOf(startsAt) === isoOf(visit.startsAt)) return addressOf(visit, "", { done: "moved" });
  const agreed = { reason: textOf(fields.reason), feeAtMostCents: centsOf(fields.feeCents) };
  const change = { ...asCustomer(elapsed(request)), ...agreed, startsAt };
  const quote = await rescheduleAppointment(db, visit.caller, visit.appointmentId, change);
  if (quote.reservation !== null) return addressOf(visit);
  if (quote.allowed) return addressOf(visit, "", { done: "moved" });
  return quote.code === "reasonRequired"
    ? propose(db, visit, fields, request)
    : moving(visit, { startsAt, asked: unasked(quote) });
}

/** Where the policy wants a reason, what it says once there is one: the form asks for it. */
async function askedFor(quote: (reason: string | null) => Promise<Outcome>): Promise<Asked> {
  const first = await quote(null);
  return first.code === "reasonRequired" ? { quote: await quote("…"), needsReason: true } : unasked(first);
}

const unasked = (quote: Outcome): Asked => ({ quote, needsReason: false });

async function callBack(db: Db, visit: Visit, { phone, about }: Fields): Promise<string> {
  const number = textOf(phone);
  const { expiresAt } = await openCallback(db, visit.caller, {
    branchId: visit.branchId,
    customerId: visit.customerId,
    serviceId: visit.serviceId,
    ...(number === null ? {} : { phoneNumber: number }),
    preferredWindow: null,
    priority: "normal",
    notes: textOf(about),
    decisionId: null,
  });
  return addressOf(visit, "", { done: "called", by: expiresAt });
}

async function choose(db: Db, visit: Visit, fields: Fields): Promise<string> {
  const kinds = ["reminder", "feedback"] as const;
  const { version: _, ...from } = visit.preferences;
  const kept = from.optOuts.filter(({ kind, event }) => event !== null || (kind !== "reminder" && kind !== "feedback"));
  const refused = kinds.filter((kind) => fields[kind] !== "on").map((kind) => ({ kind, channel: null, event: null }));
  const locale = fields.locale === "de" || fields.locale === "en" ? fields.locale : null;
  const to = { ...from, locale, optOuts: [...kept, ...refused] };
  await savePreferences(db, visit.caller, { type: "customer", id: String(visit.customerId) }, to, null);
  return addressOf(visit, "", { done: "saved" });
}

const asCustomer = (elapsedMilliseconds: number): ChangeRequest => ({
  initiatedBy: "customer",
  reason: null,
  callerPhone: null,
  force: null,
  elapsedMilliseconds,
});

const elapsed = ({ receivedAt }: FastifyRequest) => performance.now() - receivedAt;

function textOf(text: string | undefined): string | null {
  const trimmed = (text ?? "").trim().slice(0, 1000);
  return trimmed === "" ? null : trimmed;
}

/** Nothing that was not shown is charged: a form that does not say what was shown agrees to nothing. */
function centsOf(text: string | undefined): number {
  return /^\d{1,10}$/.test(text ?? "") ? Number(text) : 0;
}

function timeOf({ zone, now }: Visit, text: string): Instant {
  const at = instantAtWallClock(text, zone);
  const isSensible = at !== null && isBefore(now, at) && isBefore(at, now.add({ hours: 2 * 366 * 24 }));
  if (!isSensible) throw new Refusal("validationFailed", "That is no time in the future.", []);
  return at;
}

function send(reply: FastifyReply, status: number, { language }: Visit, { title, body }: View): FastifyReply {
  return sendPage(reply, { status, language, title, body });
}

function sendInvalid(reply: FastifyReply, lang: string | undefined): FastifyReply {
  const language = lang === "en" ? "en" : "de";
  const other = language === "de" ? "en" : "de";
  const { invalidTitle, invalid } = words[language];
  const body = html`<section><p>${invalid}</p><p lang="${other}">${words[other].invalid}</p></section>`;
  return sendPage(reply, { status: 404, language, title: invalidTitle, body });
}

const troubleOf: Readonly<Record<string, Trouble>> = {
  slotTaken: "slotTaken",
  feeHigher: "dearer",
  rateLimited: "tooOften",
  maintenance: "closed",
  unavailable: "closed",
  conflict: "changed",
  alreadyReserved: "changed",
  illegalTransition: "changed",
  notFound: "changed",
};

/** What goes wrong is told to a person, in a page; what is our fault is logged as everywhere. */
async function sendTrouble(page: Omit<Page, "limit">, error: unknown, request: Opened, reply: FastifyReply) {
  const { code, status } = problemOf(error, request.id);
  if (code === "internal") request.log.error({ err: error }, "A request failed");
  const field = request.routeOptions.url?.endsWith("/callback") ? "badPhone" : "badTime";
  const trouble = troubleOf[code] ?? (code === "validationFailed" ? field : "unknown");
  const language = request.query.lang === "en" ? "en" : "de";
  const isOpen = trouble !== "closed" && trouble !== "tooOften" && code !== "internal";
  const visit = isOpen ? await open(page, request).catch(() => null) : null;
  if (visit !== null) return send(reply, status, visit, troubled(visit, trouble));
  const text = words[language];
  const body = html`<p class="note grave" role="alert">${text.troubles[trouble]}</p>`;
  return sendPage(reply, { status, language, title: text.troubleTitle, body });
}
