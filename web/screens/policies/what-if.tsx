import { SegmentedControl, Text, TextInput, Title } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Places } from "../../api/places.ts";
import type { Spot } from "../../api/spots.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { whatIfWords } from "../../texts/what-if.ts";
import { MadeUp } from "./made-up.tsx";
import { RealOne } from "./real-one.tsx";

/** What the customer wants, and when they ask, as typed: times on the wall of the branch. */
export interface Wish {
  readonly action: "cancel" | "reschedule";
  readonly to: string;
  /** Empty for now. */
  readonly at: string;
}

/** Of an appointment that is asked about; the children are what is asked. */
export interface AboutProps {
  readonly places: Places;
  readonly spot: Spot;
  readonly wish: Wish;
  readonly children: ReactNode;
}

/** Asks the engine itself; nothing is kept. */
export function WhatIf({ places, spot, policyType }: { places: Places; spot: Spot; policyType: Wish["action"] }) {
  const { texts } = useSpeech();
  const words = useWords(whatIfWords);
  const [kind, setKind] = useState<"real" | "made">("real");
  const [wish, setWish] = useState<Wish>({ action: policyType, to: "", at: "" });
  const About = kind === "real" ? RealOne : MadeUp;
  return (
    <section className="panel what-if" aria-labelledby="what-if">
      <Title order={2} id="what-if">
        {texts.policies.whatIf}
      </Title>
      <Text size="sm" className="quiet" mb="sm">
        {words.hint}
      </Text>
      <div className="what-if-wish">
        <SegmentedControl
          aria-label={words.about}
          value={kind}
          onChange={(value) => setKind(value === "made" ? "made" : "real")}
          data={(["real", "made"] as const).map((value) => ({ value, label: words.kinds[value] }))}
        />
        <SegmentedControl
          aria-label={texts.policies.askLabel}
          value={wish.action}
          onChange={(value) => setWish({ ...wish, action: value === "cancel" ? "cancel" : "reschedule" })}
          data={(["cancel", "reschedule"] as const).map((value) => ({ value, label: texts.policies.ask[value] }))}
        />
      </div>
      <About places={places} spot={spot} wish={wish}>
        {wish.action === "reschedule" && (
          <TextInput
            type="datetime-local"
            label={texts.policies.newStart}
            value={wish.to}
            onChange={(event) => setWish({ ...wish, to: event.currentTarget.value })}
          />
        )}
        <TextInput
          type="datetime-local"
          label={words.askedAt}
          description={words.now}
          inputWrapperOrder={["label", "input", "description"]}
          value={wish.at}
          onChange={(event) => setWish({ ...wish, at: event.currentTarget.value })}
        />
      </About>
    </section>
  );
}
