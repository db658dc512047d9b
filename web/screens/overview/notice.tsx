import { useQuery } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { useMay } from "../../app/who.ts";
import { Columns } from "../../components/chart/columns.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { overviewWords } from "../../texts/overview.ts";
import type { ModificationStats } from "./data.ts";

type Bucket = ModificationStats["byNotice"][number];
type Words = (typeof overviewWords)["en"];

/** How early customers cancel, with a line at what the company's policy asks for. */
export function Notice({ stats: { byNotice } }: { stats: ModificationStats }) {
  const { format } = useSpeech();
  const words = useWords(overviewWords);
  const hours = useNoticeHours();
  const total = byNotice.reduce((sum, { count }) => sum + count, 0);
  const isEdge = byNotice.some(({ untilHours }) => untilHours === hours);
  const late = byNotice.filter(({ untilHours }) => untilHours !== null && untilHours <= (hours ?? 0));
  const lateCount = late.reduce((sum, { count }) => sum + count, 0);
  const isLateKnown = hours !== null && isEdge;
  const summary = words.byCustomers(total, isLateKnown ? words.late(lateCount, format.number(hours)) : null);
  return (
    <Columns
      title={words.notice}
      summary={total === 0 ? words.nothing : summary}
      what={words.before}
      series={[{ name: words.customers, look: "plain" }]}
      columns={byNotice.map((bucket) => ({
        name: nameOf(bucket, words),
        tick: tickOf(bucket, words),
        parts: [bucket.count],
      }))}
      line={hours ? { at: placeOf(hours, byNotice), name: words.policy(format.number(hours)) } : undefined}
      inWords={format.number}
    />
  );
}

/** Null as long as it is not known. */
function useNoticeHours(): number | null {
  const may = useMay();
  const query = { policyType: "cancellation" } as const;
  const policy = useQuery({
    queryKey: ["effective", query],
    queryFn: () => dataOf(api.GET("/api/v1/policies/effective", { params: { query } })),
    enabled: may("policies:read"),
  });
  const hours = policy.data?.values.minNoticeHours;
  return typeof hours === "number" ? hours : null;
}

/** Among buckets of equal width on paper: inside one, as far as its hours say. */
function placeOf(hours: number, buckets: readonly Bucket[]): number {
  const index = buckets.findIndex(({ untilHours }) => untilHours === null || hours < untilHours);
  const { fromHours = 0, untilHours = null } = buckets[index] ?? {};
  return index + (untilHours === null ? 0 : (hours - fromHours) / (untilHours - fromHours));
}

function nameOf({ fromHours, untilHours }: Bucket, words: Words): string {
  if (fromHours === 0 && untilHours !== null) return words.underHours(untilHours);
  if (untilHours === null) return words.overDays(fromHours / 24);
  return fromHours < 48 ? words.hours(fromHours, untilHours) : words.daysBefore(fromHours / 24, untilHours / 24);
}

/** In hours, as far as the axis is, then in days. */
function tickOf({ fromHours, untilHours }: Bucket, words: Words): string {
  if (untilHours === null) return `>${words.shortDays(String(fromHours / 24))}`;
  if (fromHours === 0) return `<${untilHours}`;
  return fromHours < 72 ? `${fromHours}–${untilHours}` : words.shortDays(`${fromHours / 24}–${untilHours / 24}`);
}
