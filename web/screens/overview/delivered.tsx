import { Rates } from "../../components/chart/rates.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { notificationWords } from "../../texts/notifications.ts";
import { overviewWords } from "../../texts/overview.ts";
import type { DeliveryStats } from "./data.ts";

type Counts = Omit<DeliveryStats["byChannel"][number], "channel">;

/** How much of what was sent arrived, by channel; a channel that nothing was sent by is left out. */
export function Delivered({ stats }: { stats: DeliveryStats }) {
  const { format } = useSpeech();
  const words = useWords(overviewWords);
  const { channels } = useWords(notificationWords);
  return (
    <Rates
      title={words.delivered}
      summary={
        stats.percent === null
          ? words.nothing
          : words.arrived(format.percent(stats.percent), format.number(triedOf(stats)))
      }
      head={[words.channel, words.share, words.messages]}
      rates={stats.byChannel
        .filter((counts) => triedOf(counts) > 0)
        .map(({ channel, ...counts }) => ({
          name: channels[channel],
          percent: counts.percent,
          note: words.of(format.number(counts.sent + counts.delivered), format.number(triedOf(counts))),
        }))}
    />
  );
}

function triedOf({ sent, delivered, failed }: Counts): number {
  return sent + delivered + failed;
}
