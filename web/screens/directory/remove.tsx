import type { Versioned } from "../../api/client.ts";
import { RemoveButton } from "../../components/remove-button.tsx";
import { useWords } from "../../texts/both.ts";
import { directoryWords } from "../../texts/directory.ts";
import type { Entry, Kind } from "./kinds.ts";

interface Props {
  readonly kind: Kind;
  readonly entry: Versioned<Entry>;
  onRemoved(): void;
}

export function Remove({ kind, entry: { data, etag }, onRemoved }: Props) {
  const words = useWords(directoryWords);
  return (
    <RemoveButton
      title={words.removeTitle(data.name)}
      text={words.removeText}
      touched={["directory", "places"]}
      remove={() => kind.remove(String(data.id), etag)}
      onRemoved={onRemoved}
    />
  );
}
