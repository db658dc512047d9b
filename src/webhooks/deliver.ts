import type { Logger } from "pino";
import { type Instant, plusMilliseconds } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { workThrough } from "../in-hand.ts";
import type { Installation } from "../installation.ts";
import {
  type Claimed,
  claimDueAcrossCompanies,
  deleteFinishedBeforeAcrossCompanies,
  insertAttempt,
  recordEnding,
} from "./delivery-store.ts";
import { disableUnlessDelivered, noteDelivered } from "./endpoint-store.ts";
import { openSecret } from "./endpoints.ts";
import { afterAttempt } from "./outcome.ts";
import { type Answer, postWebhook } from "./post.ts";

const slots = 40;
const slotsOfOneCompany = 10;
const notedEveryMilliseconds = 60_000;
const keptDays = 90;

/** A chore: sends what is due. Any number of processes may do so at once. @returns how many were taken in hand */
export async function deliverWebhooksAcrossCompanies(context: {
  readonly db: Db;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly installation: Installation;
}): Promise<number> {
  const { db, log, signal, installation } = context;
  return workThrough({
    signal,
    slots,
    slotsOfOneCompany,
    claim: (limit, saturated) => claimDueAcrossCompanies(db, limit, saturated),
    work: (delivery) =>
      deliver(db, installation, delivery).catch((error) =>
        log.error({ err: error, webhookDeliveryId: delivery.id }, "A webhook stays until its lease ends"),
      ),
  });
}

const disabled: Answer = { status: null, body: null, error: "The endpoint is disabled." };

async function deliver(db: Db, installation: Installation, delivery: Claimed): Promise<void> {
  if (!delivery.isEnabled) {
    await transaction(db, async (tx) =>
      recordEnding(tx, delivery, { status: "failed", nextAt: null }, disabled, await currentTime(tx)),
    );
    return;
  }
  const start = performance.now();
  const answer = await attempt(installation, delivery, await currentTime(db));
  const milliseconds = Math.round(performance.now() - start);
  await transaction(db, async (tx) => {
    const now = await currentTime(tx);
    const transition = afterAttempt(delivery.retriesUsed, answer, now, Math.random());
    const isRecorded = await recordEnding(tx, delivery, transition, answer, now);
    await insertAttempt(tx, delivery, answer, milliseconds, now);
    if (transition.status === "delivered") {
      const before = plusMilliseconds(now, -notedEveryMilliseconds);
      await noteDelivered(tx, delivery, delivery.endpointId, { before }, now);
    } else if (isRecorded && transition.disables !== null) {
      const since = transition.disables === "gone" ? plusMilliseconds(now, 1) : delivery.queuedAt;
      await disableUnlessDelivered(tx, delivery, delivery.endpointId, { since, reason: transition.disables }, now);
    }
  });
}

async function attempt(installation: Installation, delivery: Claimed, now: Instant): Promise<Answer> {
  const { allowsPrivateNetworks, keyring } = installation;
  try {
    const secret = openSecret(keyring, delivery, delivery);
    return await postWebhook(
      { ...delivery, secret },
      { allowsPrivateNetworks, sentAt: new Date(now.epochMilliseconds) },
    );
  } catch {
    return { status: null, body: null, error: "The endpoint's secret cannot be read with this installation's keys." };
  }
}

/** A chore: the log goes back three months. */
export async function deleteOldWebhooksAcrossCompanies(db: Db): Promise<number> {
  return transaction(db, async (tx) => {
    const before = plusMilliseconds(await currentTime(tx), -keptDays * 86_400_000);
    return deleteFinishedBeforeAcrossCompanies(tx, before);
  });
}
