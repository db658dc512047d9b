import { Agent, globalAgent } from "node:https";
import type { WebPushError } from "web-push";
import { sha256 } from "../../ids.ts";
import { assertReachable, lookupFor, PrivateAddress } from "../../outbound.ts";
import { detailOf, inTime, type Message, type Sender, type SendResult } from "./channel.ts";

export interface VapidAccount {
  /** mailto: or https:, for the push service to complain to. */
  readonly subject: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

export interface Subscription {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

export interface Subscriptions {
  of(staffId: string): Promise<readonly Subscription[]>;
  forget(endpoint: string): Promise<void>;
}

const timeToLiveSeconds = 24 * 3600;

/** Push to every browser that a staff member has subscribed; one that is gone is forgotten. */
export function webPushSender(
  account: VapidAccount,
  subscriptions: Subscriptions,
  allowsPrivateNetworks: boolean,
): Sender {
  // Where a browser is pushed to is what its owner says.
  const agent = new Agent({ ...globalAgent.options, lookup: lookupFor(allowsPrivateNetworks) });
  const service: PushService = { account, agent, allowsPrivateNetworks };
  return {
    send: (message) => inTime(push(service, subscriptions, message)),
    close: async () => agent.destroy(),
  };
}

interface PushService {
  readonly account: VapidAccount;
  readonly agent: Agent;
  readonly allowsPrivateNetworks: boolean;
}

async function push(service: PushService, subscriptions: Subscriptions, message: Message): Promise<SendResult> {
  const all = await subscriptions.of(message.to);
  if (all.length === 0)
    return { outcome: "permanent", code: "noSubscription", detail: "No browser is subscribed any more." };
  const results = await Promise.all(all.map((subscription) => pushTo(service, subscription, message)));
  const gone = all.filter((_, index) => isGone(results[index]));
  for (const { endpoint } of gone) await subscriptions.forget(endpoint);
  const by = (outcome: SendResult["outcome"]) => results.find((result) => result.outcome === outcome);
  return by("sent") ?? by("ambiguous") ?? by("temporary") ?? (results[0] as SendResult);
}

async function pushTo(
  { account, agent, allowsPrivateNetworks }: PushService,
  { endpoint, p256dh, auth }: Subscription,
  message: Message,
): Promise<SendResult> {
  const payload = JSON.stringify({
    id: message.publicId,
    title: message.content.subject,
    body: message.content.text.trim(),
  });
  try {
    assertReachable(new URL(endpoint).hostname, allowsPrivateNetworks);
    const { default: webPush } = await import("web-push");
    const { statusCode } = await webPush.sendNotification({ endpoint, keys: { p256dh, auth } }, payload, {
      agent,
      vapidDetails: account,
      TTL: timeToLiveSeconds,
      // One that was not shown yet is replaced by the same one.
      topic: sha256(message.publicId).slice(0, 32),
      urgency: "high",
      timeout: 20_000,
      contentEncoding: "aes128gcm",
    });
    return { outcome: "sent", reference: String(statusCode) };
  } catch (error) {
    return failedAs(error as WebPushError);
  }
}

function failedAs(error: WebPushError): SendResult {
  const { statusCode } = error;
  const detail = detailOf(error);
  if (error instanceof PrivateAddress) return { outcome: "permanent", code: "privateNetwork", detail };
  if (statusCode === undefined) return { outcome: "temporary", code: "network", detail };
  if (statusCode === 404 || statusCode === 410) return { outcome: "permanent", code: String(statusCode), detail };
  if (statusCode === 413 || statusCode === 400) return { outcome: "permanent", code: String(statusCode), detail };
  return { outcome: "temporary", code: String(statusCode), detail };
}

function isGone(result: SendResult | undefined): boolean {
  return result?.outcome === "permanent" && (result.code === "404" || result.code === "410");
}
