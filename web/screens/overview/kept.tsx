import { nameOf, type Places } from "../../api/places.ts";
import { Rates } from "../../components/chart/rates.tsx";
import { Facts } from "../../components/facts.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { overviewWords } from "../../texts/overview.ts";
import type { CallbackStats } from "./data.ts";

/** How many of the promised callbacks came in time, by branch, and what else is to be counted of them. */
export function Kept({ stats, places }: { stats: CallbackStats; places: Places }) {
  const { format } = useSpeech();
  const words = useWords(overviewWords);
  return (
    <Rates
      title={words.byBranch}
      summary={stats.sla.percent === null ? words.nothing : words.keptSummary(format.percent(stats.sla.percent))}
      head={[words.branch, words.kept, words.promised]}
      rates={stats.slaByBranch.map(({ branchId, met, missed, percent }) => ({
        name: nameOf(places, "branch", branchId),
        percent,
        note: words.of(format.number(met), format.number(met + missed)),
      }))}
    >
      <Numbers stats={stats} />
    </Rates>
  );
}

function Numbers({ stats: { created, completed, escalated, timeToContact } }: { stats: CallbackStats }) {
  const { format } = useSpeech();
  const words = useWords(overviewWords);
  const numbers: [string, string][] = [
    [words.created, format.number(created)],
    [words.completed, format.number(completed)],
    [words.escalated, format.number(escalated)],
    [words.median, timeToContact.medianMs === null ? "–" : format.span(timeToContact.medianMs)],
  ];
  return <Facts of={numbers} />;
}
