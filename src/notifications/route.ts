import { type Instant, isBefore } from "../clock.ts";
import { allowedChannels, type Channel, entryOf, type Kind, type NotificationEvent } from "./catalogue.ts";
import {
  type Configuration,
  type EffectiveChannel,
  effectiveChannels,
  type Level,
  type Provenance,
  type Target,
} from "./effective.ts";
import { outsideQuietHours, type QuietHours } from "./quiet-hours.ts";

/** A recipient does not want what fits every member that is not null. */
export interface OptOut {
  readonly kind: Kind | null;
  readonly channel: Channel | null;
  readonly event: NotificationEvent | null;
}

export interface Preferences {
  readonly optOuts: readonly OptOut[];
  /** Comes first where nothing is configured. */
  readonly preferredChannel: Channel | null;
  /** Null for the company's. */
  readonly quietHours: QuietHours | null;
}

export const recipientTypes = ["customer", "staff", "branch", "address"] as const;

export interface Recipient {
  readonly type: (typeof recipientTypes)[number];
  readonly id: string;
  readonly name: string;
  readonly zone: string;
  readonly locale: string;
  readonly addresses: Readonly<Partial<Record<Channel, string>>>;
  readonly preferences: Preferences | null;
}

export interface RouteSettings {
  /** Plans are made and logged, and nothing is sent. */
  readonly muted: boolean;
  readonly quietHours: QuietHours | null;
  /** Reminders and feedback that one recipient gets within 24 hours at most; null for no limit. */
  readonly throttlePerDay: number | null;
}

export interface RouteInput {
  readonly event: NotificationEvent;
  readonly recipient: Recipient;
  readonly chain: readonly Target[];
  readonly configurations: readonly Configuration[];
  readonly settings: RouteSettings;
  /** What sends on each channel; a channel that is absent cannot be used. */
  readonly providers: Readonly<Partial<Record<Channel, string>>>;
  /** Reminders and feedback of the last 24 hours to this recipient, sent or about to be. */
  readonly recentMessages: number;
  readonly now: Instant;
  /** When it is due. */
  readonly dueAt: Instant;
  /** It must not be sent from then on: a reminder's appointment begins. */
  readonly notAfter: Instant | null;
}

export const reasons = [
  "disabled",
  "channelNotAllowed",
  "optedOut",
  "noAddress",
  "providerNotConfigured",
  "quietHours",
  "throttled",
  "superseded",
  "companyMuted",
  "afterStart",
  "firstReachableUsed",
] as const;
export type Reason = (typeof reasons)[number];

export interface PlannedMessage {
  readonly channel: Channel;
  readonly address: string;
  readonly provider: string;
  /** The name of a template of the company in place of the usual one. */
  readonly template: string | null;
  readonly locale: string;
  readonly sendAt: Instant;
  readonly retryCount: number;
  readonly retryDelayMinutes: number;
  /** Used once, when this channel has failed for good. */
  readonly fallback: { readonly channel: Channel; readonly address: string } | null;
  /** The configured channel that could not be used, for which this one stands in. */
  readonly insteadOf: Channel | null;
  readonly from: Provenance;
}

export interface NotSent {
  readonly channel: Channel;
  readonly reason: Reason;
  /** Which level disabled it. */
  readonly level: Level | null;
}

export interface Plan {
  readonly event: NotificationEvent;
  readonly recipient: Recipient;
  readonly mode: "configured" | "default";
  /** Of a muted company: what would be sent. */
  readonly messages: readonly PlannedMessage[];
  readonly notSent: readonly NotSent[];
  readonly muted: boolean;
}

/** Who gets it, by which channel and when, and for each channel that is not used, why. Pure: also the dry run. */
export function route(input: RouteInput): Plan {
  const { event, recipient, settings } = input;
  const effective = effectiveChannels(event, input.chain, input.configurations);
  const stopped = effective.disabled.map(({ channel, from }) => notSent(channel, "disabled", from.level as Level));
  const chosen =
    effective.mode === "configured" ? everyOne(input, effective.channels) : firstReachable(input, effective.channels);
  return {
    event,
    recipient,
    mode: effective.mode,
    messages: chosen.messages,
    notSent: [...stopped, ...chosen.notSent],
    muted: settings.muted,
  };
}

interface Chosen {
  readonly messages: PlannedMessage[];
  readonly notSent: NotSent[];
}

function everyOne(input: RouteInput, channels: readonly EffectiveChannel[]): Chosen {
  const chosen: Chosen = { messages: [], notSent: [] };
  const primaries = new Set(channels.map(({ channel }) => channel));
  for (const wanted of channels) {
    const fallback =
      wanted.fallbackChannel !== null && !primaries.has(wanted.fallbackChannel) ? wanted.fallbackChannel : null;
    const usableFallback = fallback !== null && obstacleTo(input, fallback) === null ? fallback : null;
    const obstacle = obstacleTo(input, wanted.channel);
    if (obstacle === null) plan(input, wanted, wanted.channel, usableFallback, chosen);
    else {
      chosen.notSent.push(notSent(wanted.channel, obstacle));
      const unreachable = obstacle === "noAddress" || obstacle === "providerNotConfigured";
      if (
        unreachable &&
        usableFallback !== null &&
        !chosen.messages.some(({ channel }) => channel === usableFallback)
      ) {
        plan(input, wanted, usableFallback, null, chosen);
      }
    }
  }
  return chosen;
}

function firstReachable(input: RouteInput, channels: readonly EffectiveChannel[]): Chosen {
  const chosen: Chosen = { messages: [], notSent: [] };
  const preferred = input.recipient.preferences?.preferredChannel;
  const ordered = [...channels].sort(
    (one, other) => Number(other.channel === preferred) - Number(one.channel === preferred),
  );
  const obstacles = ordered.map(({ channel }) => obstacleTo(input, channel));
  const reachable = ordered.filter((_, index) => obstacles[index] === null);
  const [first, second] = reachable;
  for (const [index, { channel }] of ordered.entries()) {
    const obstacle = obstacles[index];
    if (obstacle) chosen.notSent.push(notSent(channel, obstacle));
    else if (channel !== first?.channel) chosen.notSent.push(notSent(channel, "firstReachableUsed"));
  }
  if (first) plan(input, first, first.channel, second?.channel ?? null, chosen);
  return chosen;
}

/** What keeps a channel from being used for this recipient at all. */
function obstacleTo({ event, recipient, providers }: RouteInput, channel: Channel): Reason | null {
  if (!allowedChannels(event).includes(channel)) return "channelNotAllowed";
  if (isOptedOut(event, recipient, channel)) return "optedOut";
  if (!recipient.addresses[channel]) return "noAddress";
  return providers[channel] === undefined ? "providerNotConfigured" : null;
}

function isOptedOut(event: NotificationEvent, { preferences }: Recipient, channel: Channel): boolean {
  const { kind } = entryOf(event);
  if (kind === "transactional" || preferences === null) return false;
  return preferences.optOuts.some(
    (optOut) =>
      (optOut.kind === null || optOut.kind === kind) &&
      (optOut.channel === null || optOut.channel === channel) &&
      (optOut.event === null || optOut.event === event),
  );
}

/** Adds the message, or why it is not the time for one. */
function plan(
  input: RouteInput,
  wanted: EffectiveChannel,
  channel: Channel,
  fallback: Channel | null,
  into: Chosen,
): void {
  const sendAt = timeToSend(input, into.messages.length);
  if (typeof sendAt === "string") {
    into.notSent.push(notSent(channel, sendAt));
    return;
  }
  const { recipient, providers } = input;
  into.messages.push({
    channel,
    address: recipient.addresses[channel] ?? "",
    provider: providers[channel] ?? "",
    template: wanted.template,
    locale: recipient.locale,
    sendAt,
    retryCount: wanted.retryCount,
    retryDelayMinutes: wanted.retryDelayMinutes,
    fallback: fallback === null ? null : { channel: fallback, address: recipient.addresses[fallback] ?? "" },
    insteadOf: channel === wanted.channel ? null : wanted.channel,
    from: wanted.from,
  });
}

function timeToSend(input: RouteInput, plannedBefore: number): Instant | Reason {
  const { event, recipient, settings, now, dueAt, notAfter } = input;
  const { kind } = entryOf(event);
  if (notAfter !== null && !isBefore(now, notAfter)) return "afterStart";
  if (kind !== "reminder" && kind !== "feedback") return dueAt;
  const { throttlePerDay } = settings;
  if (throttlePerDay !== null && input.recentMessages + plannedBefore >= throttlePerDay) return "throttled";
  const quiet = recipient.preferences?.quietHours ?? settings.quietHours;
  return outsideQuietHours(dueAt, quiet, recipient.zone, { now, notAfter }) ?? "quietHours";
}

function notSent(channel: Channel, reason: Reason, level: Level | null = null): NotSent {
  return { channel, reason, level };
}
