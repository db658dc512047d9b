import type { components } from "../../api/schema.ts";
import type { Channel } from "../../app/choices.ts";

type Effective = components["schemas"]["EffectiveNotificationChannels"];
type From = Effective["channels"][number]["from"];
type Level = Exclude<From["level"], "catalogue">;

export interface CellState {
  /** In reserve is what is used only where the way before it reaches nobody or fails. */
  readonly state: "on" | "reserve" | "off";
  /** The level that says so; the system where nobody does. */
  readonly level: Level | "system";
  /** How it is sent where it is used. */
  readonly sent: Effective["channels"][number] | undefined;
}

/** What applies to one channel of an event. */
export function cellState(effective: Effective, channel: Channel): CellState {
  const { mode, channels, disabled } = effective;
  const sent = channels.find((each) => each.channel === channel);
  if (sent) {
    const isFirst = mode === "configured" || channels[0]?.channel === channel;
    return { state: isFirst ? "on" : "reserve", level: levelOf(sent.from), sent };
  }
  const stopped = disabled.find((each) => each.channel === channel);
  if (stopped) return { state: "off", level: levelOf(stopped.from), sent };
  const before = channels.find(({ fallbackChannel }) => fallbackChannel === channel);
  // Where a level names its ways, it says of all others that they are off.
  const decider = before?.from ?? (mode === "configured" ? channels[0]?.from : undefined);
  return { state: before ? "reserve" : "off", level: levelOf(decider), sent };
}

function levelOf(from: From | undefined): Level | "system" {
  return from === undefined || from.level === "catalogue" ? "system" : from.level;
}

/** The configuration that a place itself has for a channel. */
export function ownId({ channels, disabled }: Effective, channel: Channel, level: Level): number | null {
  const here = [...channels, ...disabled].find((each) => each.channel === channel && each.from.level === level);
  return here?.from.configurationId ?? null;
}

/** What is used so far and would not be any more once the place names this channel as its first own one. */
export function lostBy(effective: Effective, channel: Channel, level: Level): Effective["channels"] {
  const { channels } = effective;
  if (channels.some(({ from }) => from.level === level)) return [];
  const kept = channels.find((each) => each.channel === channel)?.fallbackChannel;
  return channels.filter((each) => each.channel !== channel && each.channel !== kept);
}
