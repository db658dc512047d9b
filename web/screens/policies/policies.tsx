import { Button, Group, SegmentedControl } from "@mantine/core";
import { IconArrowsDiff } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { type Places, usePlaces } from "../../api/places.ts";
import type { Spot } from "../../api/spots.ts";
import { type PolicyType, policyTypes } from "../../app/choices.ts";
import { Asked, Head } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { compareWords } from "../../texts/policy-compare.ts";
import { Compare } from "./compare/compare.tsx";
import { firstOther, type Sides, searchOf, sidesOf } from "./compare/sides.ts";
import { usePolicies } from "./data.ts";
import { Place } from "./place.tsx";
import { Tree } from "./tree.tsx";
import { Wizard } from "./wizard/wizard.tsx";

const route = getRouteApi("/policies");

export function Policies() {
  const { texts } = useSpeech();
  const words = useWords(compareWords);
  const search = route.useSearch();
  const { type = "cancellation", branch, service, staff, compare } = search;
  const navigate = route.useNavigate();
  const places = usePlaces();
  const spot: Spot = { branch, service, staff };
  const show = (sides: Sides, how: "all" | "differences", of = type) =>
    void navigate({ search: { ...searchOf(sides), type: of, compare: how } });
  return (
    <>
      <Head title={texts.screens.policies} intro={texts.policies.intro}>
        <Group gap="sm">
          <SegmentedControl
            aria-label={texts.screens.policies}
            value={type}
            onChange={(value) => {
              const of = policyTypes.find((known) => known === value) ?? type;
              if (compare === undefined) void navigate({ search: { ...spot, type: of } });
              else show(sidesOf(search), compare, of);
            }}
            data={policyTypes.map((value) => ({ value, label: texts.policyTypes[value] }))}
          />
          {compare === undefined && places.data && (
            <Button
              variant="default"
              leftSection={<IconArrowsDiff size={16} aria-hidden />}
              onClick={() => show({ one: spot, other: firstOther(spot, places.data) }, "all")}
            >
              {words.compare}
            </Button>
          )}
        </Group>
      </Head>
      <Asked query={places}>
        {(known) =>
          compare === undefined ? (
            <Edited places={known} type={type} spot={spot} step={search.step} />
          ) : (
            <Compare
              type={type}
              sides={sidesOf(search)}
              onlyDifferences={compare === "differences"}
              places={known}
              onSides={(sides) => show(sides, compare)}
              onOnlyDifferences={(isOn) => show(sidesOf(search), isOn ? "differences" : "all")}
              onClose={() => void navigate({ search: { ...spot, type } })}
            />
          )
        }
      </Asked>
    </>
  );
}

interface EditedProps {
  readonly places: Places;
  readonly type: PolicyType;
  readonly spot: Spot;
  readonly step: number | undefined;
}

/** One place of the tree, to be looked at and changed. */
function Edited({ places, type, spot, step }: EditedProps) {
  const navigate = route.useNavigate();
  const policies = usePolicies(type);
  const go = (search: Spot, of: PolicyType = type, at?: number) =>
    void navigate({ search: { ...search, type: of, step: at } });
  const pick = (picked: Spot) => {
    go(picked);
    // On a phone, what was picked is below the tree.
    if (window.innerWidth <= 760) document.querySelector(".place")?.scrollIntoView({ behavior: "smooth" });
  };
  return (
    <Asked query={policies}>
      {(set) => (
        <div className="policies">
          <Tree places={places} policies={set} spot={spot} onPick={pick} />
          <Place
            key={type}
            type={type}
            spot={spot}
            places={places}
            policies={set}
            onPick={go}
            onSetUp={() => go(spot, type, 1)}
          />
          {step !== undefined && (
            <Wizard
              type={type}
              spot={spot}
              places={places}
              policies={set}
              step={step}
              onStep={(to) => go(spot, type, to)}
              onWhom={(of, to) => go(to, of, 1)}
              onClose={() => go(spot)}
            />
          )}
        </div>
      )}
    </Asked>
  );
}
