import { Button, Text } from "@mantine/core";
import { useWords } from "../../../texts/both.ts";
import { wizardWords } from "../../../texts/wizard.ts";

/** Where a place sets nothing itself: what that means, and the way to its first policy. */
export function Invitation({ place, isFirst, onStart }: { place: string; isFirst: boolean; onStart(): void }) {
  const words = useWords(wizardWords);
  return (
    <div className="panel reach invitation">
      <Text size="sm">{isFirst ? words.nothingAtAll : words.nothingHere(place)}</Text>
      <Button size="xs" variant={isFirst ? "filled" : "default"} onClick={onStart}>
        {words.start}
      </Button>
    </div>
  );
}
