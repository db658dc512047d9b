import { Button } from "@mantine/core";
import { useState } from "react";
import type { Versioned } from "../../api/client.ts";
import { useAct } from "../../components/act.tsx";
import { Confirm } from "../../components/confirm.tsx";
import { useWords } from "../../texts/both.ts";
import { directoryWords } from "../../texts/directory.ts";
import { shared } from "../../texts/shared.ts";
import type { Entry, Kind } from "./kinds.ts";

interface Props {
  readonly kind: Kind;
  readonly entry: Versioned<Entry>;
  onRemoved(): void;
}

export function Remove({ kind, entry: { data, etag }, onRemoved }: Props) {
  const words = useWords(directoryWords);
  const common = useWords(shared);
  const [isAsked, setAsked] = useState(false);
  const remove = useAct(async () => {
    await kind.remove(String(data.id), etag);
    onRemoved();
    return common.deleted;
  }, ["directory", "places"]);
  return (
    <>
      <Button variant="subtle" size="xs" className="at-the-left danger" onClick={() => setAsked(true)}>
        {words.remove}
      </Button>
      {isAsked && (
        <Confirm
          title={words.removeTitle(data.name)}
          action={common.remove}
          isBusy={remove.isPending}
          isDangerous
          onConfirm={() => remove.mutate(undefined)}
          onClose={() => setAsked(false)}
        >
          {words.removeText}
        </Confirm>
      )}
    </>
  );
}
