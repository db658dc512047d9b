import { SegmentedControl, Title } from "@mantine/core";
import type { Places } from "../../api/places.ts";
import { overviewDays } from "../../app/choices.ts";
import { useMay } from "../../app/who.ts";
import { AnySelect, choicesOf } from "../../components/filters.tsx";
import { Asked } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { overviewWords } from "../../texts/overview.ts";
import { Changes } from "./changes.tsx";
import { askedOf, useCallbackStats, useDeliveryStats, useModificationStats, type Asked as What } from "./data.ts";
import { Delivered } from "./delivered.tsx";
import { Fees } from "./fees.tsx";
import { Kept } from "./kept.tsx";
import { Notice } from "./notice.tsx";

interface Props {
  readonly places: Places;
  readonly days: (typeof overviewDays)[number];
  readonly branch: string | undefined;
  onChange(change: { days?: (typeof overviewDays)[number]; branch?: string | undefined }): void;
}

/** Some days in charts: of what somebody may read, and only that. */
export function Figures({ places, days, branch, onChange }: Props) {
  const { texts } = useSpeech();
  const words = useWords(overviewWords);
  const may = useMay();
  const asked = askedOf(places, days, branch);
  const branches = places.branches.filter(({ id }) => may("callbacks:read", { branchId: id }));
  return (
    <section aria-label={words.figures(days)}>
      <div className="head figures-head">
        <Title order={2}>{words.figures(days)}</Title>
        {branches.length > 1 && (
          <AnySelect
            aria-label={words.branch}
            any={texts.callbacks.allBranches}
            data={choicesOf(branches)}
            value={branch}
            onPick={(value) => onChange({ branch: value })}
          />
        )}
        <SegmentedControl
          aria-label={words.period}
          value={String(days)}
          onChange={(value) => onChange({ days: overviewDays.find((each) => String(each) === value) ?? days })}
          data={overviewDays.map((each) => ({ value: String(each), label: words.days(each) }))}
        />
      </div>
      <div className="charts">
        {may("modifications:read") && <OfModifications asked={asked} />}
        {may("deliveries:read") && <OfDeliveries asked={asked} />}
        {may("callbacks:read") && <OfCallbacks asked={asked} places={places} />}
      </div>
    </section>
  );
}

function OfModifications({ asked }: { asked: What }) {
  const stats = useModificationStats(asked);
  return (
    <Asked query={stats}>
      {(known) => (
        <>
          <Changes stats={known} of="cancelled" />
          <Changes stats={known} of="rescheduled" />
          <Notice stats={known} />
          <Fees stats={known} />
        </>
      )}
    </Asked>
  );
}

function OfDeliveries({ asked }: { asked: What }) {
  return <Asked query={useDeliveryStats(asked)}>{(known) => <Delivered stats={known} />}</Asked>;
}

function OfCallbacks({ asked, places }: { asked: What; places: Places }) {
  return <Asked query={useCallbackStats(asked)}>{(known) => <Kept stats={known} places={places} />}</Asked>;
}
