import { api, dataOf } from "../../api/client.ts";
import type { Target } from "../../api/spots.ts";
import type { Channel } from "../../app/choices.ts";
import { useAct } from "../../components/act.tsx";
import { useWords } from "../../texts/both.ts";
import { matrixWords } from "../../texts/notification-matrix.ts";
import type { Effective, Event } from "./data.ts";

interface Subject {
  readonly event: Event;
  readonly channel: Channel;
  readonly target: Target;
  readonly effective: Effective;
  /** The place's own configuration of the channel. */
  readonly own: number | null;
  readonly etag: string;
}

interface Wish {
  readonly to: "on" | "off" | "inherit";
  /** What was inherited so far and is to be used here too. */
  readonly keep?: Effective["channels"];
}

/** Switches a channel on or off at a place, or lets it inherit again. */
export function useSwitch({ event, channel, target, effective, own, etag }: Subject) {
  const { saved } = useWords(matrixWords);
  return useAct(
    async ({ to, keep = [] }: Wish) => {
      const params = { path: { configurationId: own ?? 0 }, header: { "If-Match": etag } };
      const one = "/api/v1/notification-configurations/{configurationId}";
      if (to === "inherit") await dataOf(api.DELETE(one, { params }));
      else if (own !== null) await dataOf(api.PATCH(one, { params, body: { isEnabled: to === "on" } }));
      else {
        const so = effective.channels.find((each) => each.channel === channel);
        const all = [...keep, { ...so, channel }];
        for (const each of all) {
          // What is used anyway stands in for nothing.
          const isUsed = all.some((other) => other.channel === each.fallbackChannel);
          await add({ ...each, isEnabled: to === "on", ...(isUsed && { fallbackChannel: null }) });
        }
      }
      return saved;
    },
    ["channels"],
  );

  /** As it is sent so far, or in the usual way. */
  function add({ from: _, ...how }: Partial<Effective["channels"][number]> & { channel: Channel; isEnabled: boolean }) {
    const body = { level: target.level, targetId: target.id, event, ...how };
    return dataOf(api.POST("/api/v1/notification-configurations", { body }));
  }
}
