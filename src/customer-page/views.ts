import type { Outcome } from "../appointments/views.ts";
import { type Instant, wallClock } from "../clock.ts";
import { html, type Markup } from "../http/html.ts";
import { type Asked, messagesOf } from "./actions.ts";
import { shown, shownMoment, shownMoney, type Visit } from "./visit.ts";
import { type Trouble, type Words, words } from "./words.ts";

/** What stands on each of the customer's pages. */
export interface View {
  readonly title: string;
  readonly body: Markup;
}

export type Step = "" | "/cancellation" | "/rescheduling" | "/callback" | "/messages";

/** An address of this link, in the language that is being read. */
export function addressOf({ path, language }: Visit, step: Step = "", query: Record<string, string> = {}): string {
  return `${path}${step}?${new URLSearchParams({ ...query, lang: language })}`;
}

/** The appointment, what applies to it, and what can be done. @param quote null where nothing can be changed any more */
export function overview(visit: Visit, quote: Outcome | null, notice: Markup | null): View {
  const text = words[visit.language];
  const change =
    quote !== null &&
    html`<section><h2>${text.whatApplies}</h2><p>${quote.explanation[visit.language].customer}</p>${row(
      link(visit, "/rescheduling", text.move),
      quote.allowed && link(visit, "/cancellation", text.cancel),
    )}</section>`;
  const more = html`<section>${row(link(visit, "/callback", text.callMe), link(visit, "/messages", text.messages))}</section>`;
  return {
    title: text.title,
    body: html`${notice}${state(visit, text)}${facts(visit)}${change}${more}${languageSwitch(visit, "")}`,
  };
}

export function cancelling(visit: Visit, { quote, needsReason }: Asked): View {
  const text = words[visit.language];
  const price = quote.feeCents > 0 ? shownMoney(quote.feeCents, quote.currency, visit.language) : null;
  const question = html`<form method="post" action="${addressOf(visit, "/cancellation")}"><input type="hidden" name="feeCents" value="${quote.feeCents}">${reasonField(text, needsReason)}<div class="row"><button class="grave">${price === null ? text.cancelNow : text.cancelFor(price)}</button><a class="button main" href="${addressOf(visit)}">${text.keep}</a></div></form>`;
  return answered(visit, "/cancellation", quote, question);
}

/** @param proposal a time that was checked; null before one was chosen */
export function moving(visit: Visit, proposal: { readonly startsAt: Instant; readonly asked: Asked } | null): View {
  const text = words[visit.language];
  if (proposal === null) {
    return step(
      visit,
      "/rescheduling",
      text.moveTitle,
      html`${facts(visit)}<section>${timeForm(visit, visit.startsAt)}</section>`,
    );
  }
  const { startsAt, asked } = proposal;
  const { quote, needsReason } = asked;
  const price = quote.feeCents > 0 ? shownMoney(quote.feeCents, quote.currency, visit.language) : null;
  const question = html`<p><strong>${text.moveTo(shownMoment(startsAt, visit))}</strong></p><form method="post" action="${addressOf(visit, "/rescheduling")}"><input type="hidden" name="feeCents" value="${quote.feeCents}"><input type="hidden" name="at" value="${wallClock(startsAt, visit.zone)}">${needsReason && reasonField(text, true)}<div class="row"><button>${price === null ? text.moveNow : text.moveFor(price)}</button><a class="button" href="${addressOf(visit, "/rescheduling")}">${text.otherTime}</a></div></form>`;
  return answered(visit, "/rescheduling", quote, question);
}

export function callingBack(visit: Visit): View {
  const text = words[visit.language];
  const hint = visit.phone !== null && html`<p class="hint" id="known">${text.phoneKnown(visit.phone.slice(-2))}</p>`;
  return step(
    visit,
    "/callback",
    text.callTitle,
    html`<section><form method="post" action="${addressOf(visit, "/callback")}"><label for="phone">${text.phone}</label><input id="phone" name="phone" type="tel" autocomplete="tel" maxlength="50" ${{ markup: visit.phone === null ? "required" : 'aria-describedby="known"' }}>${hint}<label for="about">${text.about} (${text.optional})</label><textarea id="about" name="about" rows="3" maxlength="1000"></textarea><button>${text.callNow}</button></form></section>`,
  );
}

export function choosingMessages(visit: Visit): View {
  const text = words[visit.language];
  const messages = messagesOf(visit.preferences);
  const { locale } = messages;
  const box = (kind: "reminder" | "feedback", label: string) =>
    html`<label class="check"><input type="checkbox" name="${kind}" value="on" ${{ markup: messages[kind] ? "checked" : "" }}>${label}</label>`;
  const option = (value: string, label: string) =>
    html`<option value="${value}" ${{ markup: (locale ?? "") === value ? "selected" : "" }}>${label}</option>`;
  return step(
    visit,
    "/messages",
    text.messagesTitle,
    html`<section><form method="post" action="${addressOf(visit, "/messages")}">${box("reminder", text.reminders)}${box("feedback", text.feedback)}<p class="hint">${text.messagesHint}</p><label for="locale">${text.language}</label><select id="locale" name="locale">${option("", text.likeCompany)}${option("de", "Deutsch")}${option("en", "English")}</select><button>${text.save}</button></form></section>`,
  );
}

export function troubled(visit: Visit, trouble: Trouble): View {
  const text = words[visit.language];
  return step(visit, "", text.troubleTitle, html`<p class="note grave" role="alert">${text.troubles[trouble]}</p>`);
}

export function note(text: string): Markup {
  return html`<p class="note" role="status">${text}</p>`;
}

/** What a decision says, and then the question, or where nothing can be asked the ways that are left. */
function answered(visit: Visit, at: "/cancellation" | "/rescheduling", quote: Outcome, question: Markup): View {
  const text = words[visit.language];
  const title = at === "/cancellation" ? text.cancelTitle : text.moveTitle;
  const ways = row(
    at === "/rescheduling" && link(visit, at, text.otherTime, "main"),
    link(visit, "/callback", text.callMe, at === "/cancellation" ? "main" : ""),
  );
  return step(
    visit,
    at,
    title,
    html`${facts(visit)}<section><p>${quote.explanation[visit.language].customer}</p>${quote.allowed ? question : ways}</section>`,
  );
}

function reasonField({ reason, optional }: Words, isRequired: boolean): Markup {
  const label = isRequired ? reason : `${reason} (${optional})`;
  return html`<label for="reason">${label}</label><textarea id="reason" name="reason" rows="2" maxlength="1000" ${{ markup: isRequired ? "required" : "" }}></textarea>`;
}

function step(visit: Visit, at: Step, title: string, body: Markup): View {
  const back = html`<a href="${addressOf(visit)}">${words[visit.language].back}</a>`;
  return { title, body: html`${body}${languageSwitch(visit, at, back)}` };
}

function facts(visit: Visit): Markup {
  const text = words[visit.language];
  const { startsAt, endsAt, service, company, branch, staff } = visit;
  const when = text.from(shown(startsAt, "date", visit), shown(startsAt, "time", visit), shown(endsAt, "time", visit));
  const lines: [string, string][] = [
    [text.service, service],
    [text.when, when],
    [text.where, `${company}, ${branch}`],
    ...(staff === null ? [] : [[text.withWhom, staff] satisfies [string, string]]),
  ];
  return html`<section><dl>${lines.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></section>`;
}

function state({ status, isAhead, isReserved }: Visit, { statuses }: Words): Markup | false {
  if (isAhead) return false;
  if (isReserved) return html`<p class="note" role="status"><strong>${statuses.reserved}</strong></p>`;
  const text =
    status === "cancelled" || status === "completed" || status === "no_show" ? statuses[status] : statuses.over;
  return html`<p class="note"><strong>${text}</strong></p>`;
}

function timeForm(visit: Visit, startsAt: Instant): Markup {
  const text = words[visit.language];
  const { path, language, zone, now } = visit;
  return html`<form method="get" action="${path}/rescheduling"><input type="hidden" name="lang" value="${language}"><label for="at">${text.newTime}</label><input id="at" name="at" type="datetime-local" required min="${wallClock(now, zone)}" value="${wallClock(startsAt, zone)}" aria-describedby="zone"><p class="hint" id="zone">${text.newTimeHint(zone)}</p><button>${text.check}</button></form>`;
}

function row(...links: (Markup | false)[]): Markup {
  return html`<div class="row">${links}</div>`;
}

function link(visit: Visit, to: Step, label: string, weight: "" | "main" = ""): Markup {
  return html`<a class="button ${weight}" href="${addressOf(visit, to)}">${label}</a>`;
}

function languageSwitch(visit: Visit, at: Step, before: Markup | null = null): Markup {
  const [other, name] = visit.language === "de" ? (["en", "English"] as const) : (["de", "Deutsch"] as const);
  return html`<footer>${before}<a lang="${other}" hreflang="${other}" href="${addressOf({ ...visit, language: other }, at)}">${name}</a></footer>`;
}
