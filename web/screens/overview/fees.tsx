import { Chart } from "../../components/chart/chart.tsx";
import { Columns } from "../../components/chart/columns.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { overviewWords } from "../../texts/overview.ts";
import type { ModificationStats } from "./data.ts";

/** What cancelling and moving cost customers, day by day; a chart of each currency. */
export function Fees({ stats: { fees, byDay } }: { stats: ModificationStats }) {
  const { format } = useSpeech();
  const words = useWords(overviewWords);
  if (fees.length === 0) {
    return (
      <Chart title={words.noFees} summary={words.nothing} head={[]} rows={[]}>
        {null}
      </Chart>
    );
  }
  return fees.map(({ currency, feeCents, count }) => (
    <Columns
      key={currency}
      title={words.fees(currency)}
      summary={words.charged(format.money(feeCents, currency), count)}
      what={words.day}
      series={[{ name: words.fee, look: "plain" }]}
      columns={byDay.map(({ day, fees: ofDay }) => ({
        name: format.weekday(day),
        tick: format.shortDay(day),
        parts: [ofDay.find((fee) => fee.currency === currency)?.feeCents ?? 0],
      }))}
      inWords={(cents) => format.money(cents, currency)}
      onAxis={(cents) => format.number(cents / 100)}
    />
  ));
}
