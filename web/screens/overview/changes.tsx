import { type Column, Columns } from "../../components/chart/columns.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { overviewWords } from "../../texts/overview.ts";
import type { ModificationStats } from "./data.ts";

/** Cancellations or moves, day by day, stacked by whether the policy allowed them. */
export function Changes({ stats, of }: { stats: ModificationStats; of: "cancelled" | "rescheduled" }) {
  const { format } = useSpeech();
  const words = useWords(overviewWords);
  const total = stats[of].withinPolicy + stats[of].outsidePolicy;
  const busiest = stats.byDay.reduce((most, each) => (sum(each[of]) > sum(most[of]) ? each : most));
  const columns = stats.byDay.map(
    ({ day, [of]: { withinPolicy, outsidePolicy } }): Column => ({
      name: format.weekday(day),
      tick: format.shortDay(day),
      parts: [withinPolicy, outsidePolicy],
    }),
  );
  const count = of === "cancelled" ? words.cancelled(total) : words.moved(total);
  const summary = `${count}, ${words.ofThemOutside(stats[of].outsidePolicy)}. ${words.most(format.shortDay(busiest.day), sum(busiest[of]))}`;
  return (
    <Columns
      title={of === "cancelled" ? words.cancellations : words.moves}
      summary={total === 0 ? words.nothing : summary}
      what={words.day}
      series={[
        { name: words.inside, look: "plain" },
        { name: words.outside, look: "hatched" },
      ]}
      columns={columns}
      inWords={format.number}
    />
  );
}

function sum({ withinPolicy, outsidePolicy }: ModificationStats["cancelled"]): number {
  return withinPolicy + outsidePolicy;
}
