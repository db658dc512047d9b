import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from "fastify";
import { type Instant, instantAtWallClock, isoOf } from "../clock.ts";
import type { Db } from "../db/connect.ts";
import { Refusal } from "../errors.ts";
import { acceptForms, html, sendPage } from "../http/html.ts";
import { problemOf } from "../http/problems.ts";
import { unstorable } from "../http/storable.ts";
import type { Installation } from "../installation.ts";
import {
  type Agreed,
  askCancellation,
  askRescheduling,
  callBack,
  cancel,
  chooseMessages,
  isSensible,
  quoteNow,
  reschedule,
  unasked,
} from "./actions.ts";
import {
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
    on("GET", "/cancellation", async (visit, _, request) =>
      cancelling(visit, await askCancellation(db, visit, elapsed(request))),
    );
    on("POST", "/cancellation", (visit, fields, request) => onCancel(db, visit, fields, request));
    on("GET", "/rescheduling", (visit, fields, request) => propose(db, visit, fields, request));
    on("POST", "/rescheduling", (visit, fields, request) => onMove(db, visit, fields, request));
    on("GET", "/callback", async (visit) => callingBack(visit));
    on("POST", "/callback", (visit, fields) => onCallBack(db, visit, fields));
    on("GET", "/messages", async (visit) => choosingMessages(visit));
    on("POST", "/messages", (visit, fields) => onChoose(db, visit, fields));
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
  const quote = await quoteNow(db, visit);
  return overview(visit, quote, done === "cancelled" && visit.isAhead ? null : notice);
}

async function onCancel(db: Db, visit: Visit, fields: Fields, request: Opened): Promise<View | string> {
  const outcome = await cancel(db, visit, agreedIn(fields), elapsed(request));
  if (outcome.reservation !== null) return addressOf(visit);
  // Whoever presses twice has cancelled once.
  if (outcome.allowed || outcome.code === "alreadyCancelled") return addressOf(visit, "", { done: "cancelled" });
  const needsReason = outcome.code === "reasonRequired";
  return cancelling(visit, needsReason ? await askCancellation(db, visit, elapsed(request)) : unasked(outcome));
}

async function propose(db: Db, visit: Visit, { at }: Fields, request: Opened): Promise<View> {
  if (at === undefined) return moving(visit, null);
  const startsAt = timeOf(visit, at);
  return moving(visit, { startsAt, asked: await askRescheduling(db, visit, startsAt, elapsed(request)) });
}

async function onMove(db: Db, visit: Visit, fields: Fields, request: Opened): Promise<View | string> {
  const startsAt = timeOf(visit, fields.at ?? "");
  if (isoOf(startsAt) === isoOf(visit.startsAt)) return addressOf(visit, "", { done: "moved" });
  const outcome = await reschedule(db, visit, startsAt, agreedIn(fields), elapsed(request));
  if (outcome.reservation !== null) return addressOf(visit);
  if (outcome.allowed) return addressOf(visit, "", { done: "moved" });
  return outcome.code === "reasonRequired"
    ? propose(db, visit, fields, request)
    : moving(visit, { startsAt, asked: unasked(outcome) });
}

async function onCallBack(db: Db, visit: Visit, { phone, about }: Fields): Promise<string> {
  const { expiresAt } = await callBack(db, visit, textOf(phone), textOf(about));
  return addressOf(visit, "", { done: "called", by: expiresAt });
}

async function onChoose(db: Db, visit: Visit, { reminder, feedback, locale }: Fields): Promise<string> {
  const language = locale === "de" || locale === "en" ? locale : null;
  await chooseMessages(db, visit, { reminder: reminder === "on", feedback: feedback === "on", locale: language });
  return addressOf(visit, "", { done: "saved" });
}

function agreedIn({ reason, feeCents }: Fields): Agreed {
  return { reason: textOf(reason), feeAtMostCents: centsOf(feeCents) };
}

const elapsed = ({ receivedAt }: FastifyRequest) => performance.now() - receivedAt;

function textOf(text: string | undefined): string | null {
  const trimmed = (text ?? "").trim().slice(0, 1000);
  return trimmed === "" ? null : trimmed;
}

/** Nothing that was not shown is charged: a form that does not say what was shown agrees to nothing. */
function centsOf(text: string | undefined): number {
  return /^\d{1,10}$/.test(text ?? "") ? Number(text) : 0;
}

function timeOf(visit: Visit, text: string): Instant {
  const at = instantAtWallClock(text, visit.zone);
  if (at === null || !isSensible(visit, at)) {
    throw new Refusal("validationFailed", "That is no time in the future.", []);
  }
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
