import type { ConfigurableType } from "../db/schema.ts";
import { type Channel, catalogue, type NotificationEvent } from "./catalogue.ts";

/** From the most to the least specific. */
export const levels = ["staff", "service", "branch", "company"] as const satisfies readonly ConfigurableType[];
export type Level = (typeof levels)[number];

export interface Target {
  readonly level: Level;
  readonly id: string;
}

/** A row of notification_configurations. */
export interface Configuration {
  readonly id: number;
  readonly level: Level;
  readonly targetId: string;
  readonly event: NotificationEvent;
  readonly channel: Channel;
  readonly fallbackChannel: Channel | null;
  readonly isEnabled: boolean;
  readonly retryCount: number;
  readonly retryDelayMinutes: number;
  /** The name of a template of the company, used in place of its usual one. */
  readonly template: string | null;
}

export interface Provenance {
  readonly level: Level | "catalogue";
  readonly configurationId: number | null;
}

export interface EffectiveChannel {
  readonly channel: Channel;
  readonly fallbackChannel: Channel | null;
  readonly retryCount: number;
  readonly retryDelayMinutes: number;
  readonly template: string | null;
  readonly from: Provenance;
}

export interface EffectiveChannels {
  readonly event: NotificationEvent;
  /** configured: each of the channels is used; default: the first one that reaches the recipient. */
  readonly mode: "configured" | "default";
  readonly channels: readonly EffectiveChannel[];
  /** Channels that a disabled row stops, each with its level. */
  readonly disabled: readonly { readonly channel: Channel; readonly from: Provenance }[];
}

export const usualRetries = { retryCount: 3, retryDelayMinutes: 5 } as const;

/**
 * The channels of the most specific level that has an enabled row for the event. A disabled row there or more specific
 * stops its channel, as a fallback too: it does not fall through to a less specific level. With no enabled row anywhere,
 * the catalogue's default less what was disabled on the way. Pure.
 */
export function effectiveChannels(
  event: NotificationEvent,
  chain: readonly Target[],
  configurations: readonly Configuration[],
): EffectiveChannels {
  const disabled = new Map<Channel, Provenance>();
  for (const level of levels) {
    const target = chain.find((target) => target.level === level);
    const rows = configurations.filter(
      (row) => row.event === event && row.level === level && row.targetId === target?.id,
    );
    for (const { channel, isEnabled, id } of rows) {
      if (!isEnabled && !disabled.has(channel)) disabled.set(channel, { level, configurationId: id });
    }
    const enabled = rows.filter(({ isEnabled }) => isEnabled);
    if (enabled.length > 0) return configured(event, level, enabled, disabled);
  }
  return byDefault(event, disabled);
}

function configured(
  event: NotificationEvent,
  level: Level,
  rows: readonly Configuration[],
  disabled: ReadonlyMap<Channel, Provenance>,
): EffectiveChannels {
  const channels = rows
    .filter(({ channel }) => !disabled.has(channel))
    .map(({ id, channel, fallbackChannel, retryCount, retryDelayMinutes, template }) => ({
      channel,
      fallbackChannel: fallbackChannel === null || disabled.has(fallbackChannel) ? null : fallbackChannel,
      retryCount,
      retryDelayMinutes,
      template,
      from: { level, configurationId: id },
    }));
  return { event, mode: "configured", channels, disabled: stopped(disabled) };
}

function byDefault(event: NotificationEvent, disabled: ReadonlyMap<Channel, Provenance>): EffectiveChannels {
  const list = catalogue[event].defaultChannels.filter((channel) => !disabled.has(channel));
  const channels = list.map((channel, index) => ({
    channel,
    fallbackChannel: list[index + 1] ?? null,
    ...usualRetries,
    template: null,
    from: { level: "catalogue", configurationId: null } as const,
  }));
  return { event, mode: "default", channels, disabled: stopped(disabled) };
}

function stopped(disabled: ReadonlyMap<Channel, Provenance>) {
  return [...disabled].map(([channel, from]) => ({ channel, from }));
}
