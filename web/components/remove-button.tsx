import { Button } from "@mantine/core";
import { useState } from "react";
import { useWords } from "../texts/both.ts";
import { shared } from "../texts/shared.ts";
import { useAct } from "./act.tsx";
import { Confirm } from "./confirm.tsx";

interface Props {
  readonly title: string;
  /** What that means for what is there. */
  readonly text: string;
  readonly touched: readonly string[];
  remove(): Promise<unknown>;
  onRemoved(): void;
}

/** Deletes, after asking. */
export function RemoveButton({ title, text, touched, remove, onRemoved }: Props) {
  const words = useWords(shared);
  const [isAsked, setAsked] = useState(false);
  const act = useAct(async () => {
    await remove();
    onRemoved();
    return words.deleted;
  }, touched);
  return (
    <>
      <Button variant="subtle" size="xs" className="at-the-left danger" onClick={() => setAsked(true)}>
        {words.removeAfter}
      </Button>
      {isAsked && (
        <Confirm
          title={title}
          action={words.remove}
          isBusy={act.isPending}
          isDangerous
          onConfirm={() => act.mutate(undefined)}
          onClose={() => setAsked(false)}
        >
          {text}
        </Confirm>
      )}
    </>
  );
}
