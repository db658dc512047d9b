import type { Logger } from "pino";
import { type Instant, instantOf, isBefore, isoOf, plusMilliseconds } from "../clock.ts";
import { leaseMilliseconds } from "../db/claims.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { workThrough } from "../in-hand.ts";
import type { Installation } from "../installation.ts";
import { isLateAlert } from "./callback-alerts.ts";
import { entryOf, isReminder } from "./catalogue.ts";
import { detailOf, type Message, notBegun, providerTimeoutMilliseconds, type SendResult } from "./channels/channel.ts";
import { type Claimed, claimDueAcrossCompanies } from "./claim-store.ts";
import { appointmentLink, unsubscribeLink } from "./links.ts";
import { afterAttempt } from "./outcome.ts";
import { insertAttempts, putBack, recordUnsent } from "./record-store.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import { activeStatuses } from "./scene-store.ts";
import { type Connected, createSenders, type Senders } from "./senders.ts";
import { readNotificationSettings } from "./settings.ts";
import { templateFor } from "./template-store.ts";
import { type Content, render } from "./templates.ts";
import { type Reading, variablesOf } from "./variables.ts";

export interface Delivering {
  readonly db: Db;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly installation: Installation;
  /** What takes the messages; the accounts of the companies when left out. */
  readonly senders?: Senders;
}

/** Messages that a process has in hand at once, and of one company at most: a slow provider holds up no other. */
const slots = 80;
const slotsOfOneCompany = 40;
/** A message that was taken over so often kills who sends it. */
const mostAttempts = 30;

const opened = new WeakMap<Db, WeakMap<Installation, Senders>>();

/** Connections outlive a run of the chore. */
function sendersOf(db: Db, installation: Installation): Senders {
  const ofDb = opened.get(db) ?? new WeakMap<Installation, Senders>();
  opened.set(db, ofDb);
  const senders = ofDb.get(installation) ?? createSenders(installation);
  ofDb.set(installation, senders);
  return senders;
}

/** A chore: sends what is due. Any number of processes may do so at once. @returns how many were taken in hand */
export async function deliverDueAcrossCompanies({
  db,
  log,
  signal,
  installation,
  senders = sendersOf(db, installation),
}: Delivering): Promise<number> {
  const recorder = createRecorder(db, log);
  let of: ClaimOf = { now: instantOf(0), leaseEndsAt: 0, known: new Map() };
  return workThrough({
    signal,
    slots,
    slotsOfOneCompany,
    claim: async (limit, saturated) => {
      const leaseEndsAt = performance.now() + leaseMilliseconds;
      const { claimed, now } = await claimDueAcrossCompanies(db, limit, saturated);
      of = { now, leaseEndsAt, known: new Map() };
      return claimed;
    },
    work: (delivery) =>
      deliver({ db, installation, senders, recorder, ...of }, delivery).catch((error) =>
        log.error({ err: error, deliveryId: delivery.id }, "A delivery stays until its lease ends"),
      ),
  });
}

/** What the deliveries of one claim have in common. */
interface ClaimOf {
  readonly now: Instant;
  /** As `performance.now()` tells time. */
  readonly leaseEndsAt: number;
  /** What several of them need is read once. */
  readonly known: Map<string, Promise<unknown>>;
}

interface Hands extends ClaimOf {
  readonly db: Db;
  readonly installation: Installation;
  readonly senders: Senders;
  readonly recorder: Recorder;
}

async function deliver(hands: Hands, delivery: Claimed): Promise<void> {
  const { db, senders, recorder, now } = hands;
  const unsent = await reasonNotToSend(hands, delivery, now);
  if (unsent !== null) return end(db, delivery, ...unsent);
  const connected = await once(hands, `sender ${delivery.companyId} ${delivery.channel}`, () =>
    senders.for(db, delivery, delivery.channel).catch((error: unknown) => new Unreadable(detailOf(error))),
  );
  if (connected === null) return end(db, delivery, "skipped", "providerNotConfigured");

  const start = performance.now();
  const { content, result } =
    connected instanceof Unreadable
      ? notAttempted("account", connected.message)
      : await attempt(hands, delivery, connected);
  if (result.outcome === "temporary" && result.code === notBegun) {
    return transaction(db, async (tx) => putBack(tx, delivery, await currentTime(tx)));
  }
  const attempted = {
    attempts: delivery.attempts,
    retriesLeft: delivery.retriesLeft,
    retryDelayMinutes: delivery.retryDelayMinutes,
    notAfter: delivery.notAfter,
    hasFallback: delivery.fallbackChannel !== null,
    isLookedUp: !(connected instanceof Unreadable) && connected.sender.find !== undefined,
  };
  const milliseconds = Math.round(performance.now() - start);
  const transition = afterAttempt(attempted, result, plusMilliseconds(now, milliseconds), Math.random());
  await recorder.record({
    delivery,
    transition,
    provider: connected instanceof Unreadable ? null : connected.kind,
    content,
    milliseconds,
  });
}

/** An account that cannot be opened: its credentials, or the key to them, need mending. */
class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/** It may be mended before the last retry. */
function notAttempted(code: string, detail: string): Attempt {
  return { content: null, result: { outcome: "temporary", code, detail } };
}

type Unsent = ["skipped" | "expired" | "superseded", string];

/** What has changed since it was planned. */
async function reasonNotToSend(hands: Hands, delivery: Claimed, now: Instant): Promise<Unsent | null> {
  const { event, notAfter, appointment, payload } = delivery;
  if (notAfter !== null && !isBefore(now, notAfter)) return ["expired", "afterStart"];
  if (isReminder(event)) {
    const isOn = appointment !== null && activeStatuses.includes(appointment.status);
    if (!isOn || !("startsAt" in payload) || isoOf(appointment.startsAt) !== payload.startsAt)
      return ["superseded", "superseded"];
  }
  if (await isLateAlert(hands.db, delivery)) return ["superseded", "superseded"];
  const { muted } = await once(hands, `settings ${delivery.companyId}`, () =>
    readNotificationSettings(hands.db, delivery),
  );
  return muted ? ["skipped", "companyMuted"] : null;
}

async function end(db: Db, delivery: Claimed, ...[status, reason]: Unsent): Promise<void> {
  await transaction(db, async (tx) => recordUnsent(tx, delivery, status, reason, await currentTime(tx)));
}

interface Attempt {
  readonly content: Content | null;
  readonly result: SendResult;
}

async function attempt(hands: Hands, delivery: Claimed, { sender }: Connected): Promise<Attempt> {
  const { db } = hands;
  if (delivery.wasTakenOver) {
    const row = { delivery, outcome: "taken_over", errorCode: null, detail: null, milliseconds: null } as const;
    await transaction(db, async (tx) => insertAttempts(tx, [row], await currentTime(tx)));
  }
  if (delivery.attempts > mostAttempts) {
    return {
      content: null,
      result: { outcome: "permanent", code: "takenOverTooOften", detail: "Its senders died again and again." },
    };
  }
  let message: Message;
  try {
    message = await messageOf(hands, delivery);
  } catch (error) {
    return { content: null, result: { outcome: "permanent", code: "template", detail: detailOf(error) } };
  }
  const { content } = message;
  const isUncertain = delivery.isAmbiguous || delivery.wasTakenOver;
  // An attempt that could outlast the lease would meet one of whoever takes over.
  const mayBegin = () => performance.now() + 1.5 * providerTimeoutMilliseconds < hands.leaseEndsAt;
  if (!isUncertain || sender.find === undefined) return { content, result: await sender.send(message, mayBegin) };
  try {
    const finding = await sender.find(message, delivery.dueAt.epochMilliseconds);
    return {
      content,
      result: finding.found ? { outcome: "sent", reference: finding.reference } : await sender.send(message, mayBegin),
    };
  } catch (error) {
    return { content, result: { outcome: "ambiguous", code: "lookUp", detail: detailOf(error) } };
  }
}

async function messageOf(hands: Hands, delivery: Claimed): Promise<Message> {
  const { event, channel, locale, template: name, payload, companyId } = delivery;
  const template = await once(hands, `template ${companyId} ${event} ${channel} ${locale} ${name}`, () =>
    templateFor(hands.db, delivery, { event, channel, locale, name }),
  );
  const reading = readingOf(hands.installation, delivery);
  return {
    publicId: delivery.publicId,
    channel,
    to: delivery.address,
    toName: delivery.recipientName,
    content: render(template, channel, variablesOf(payload, reading), reading),
    unsubscribeLink: reading.unsubscribeLink,
    statusUrl: statusUrl(hands.installation, delivery),
  };
}

export function readingOf(
  installation: Installation,
  delivery: Pick<
    Claimed,
    "companyId" | "event" | "recipientType" | "recipientId" | "recipientName" | "appointmentId" | "payload" | "locale"
  >,
): Reading {
  const { companyId, event, recipientType, recipientId, appointmentId, payload } = delivery;
  const { kind } = entryOf(event);
  const isCustomer = recipientType === "customer";
  const hasVisit = isCustomer && appointmentId !== null && "endsAt" in payload;
  const hasChoice = kind !== "transactional" && (isCustomer || recipientType === "staff");
  return {
    locale: delivery.locale,
    recipientName: delivery.recipientName,
    manageLink: hasVisit
      ? appointmentLink(installation, { companyId, appointmentId, customerId: Number(recipientId) }, payload.endsAt)
      : "",
    unsubscribeLink: hasChoice
      ? unsubscribeLink(installation, { companyId, type: recipientType as "customer" | "staff", id: recipientId, kind })
      : "",
  };
}

function statusUrl({ publicUrl }: Installation, { channel, companyId, publicId }: Claimed): string {
  if (publicUrl === null || (channel !== "sms" && channel !== "whatsapp")) return "";
  return `${publicUrl}/hooks/twilio/${companyId}/${publicId}`;
}

async function once<T>({ known }: Hands, key: string, read: () => Promise<T>): Promise<T> {
  const reading = (known.get(key) as Promise<T> | undefined) ?? read();
  known.set(key, reading);
  return reading;
}
