import type { Places } from "../../api/places.ts";
import { useMay } from "../../app/who.ts";
import { Empty } from "../../components/states.tsx";
import { useSpeech } from "../../texts/language.tsx";
import { BulkBar } from "./bulk/bar.tsx";
import { Results } from "./bulk/results.tsx";
import { useSelection } from "./bulk/selection.ts";
import { useBulk } from "./bulk/use-bulk.ts";
import type { Callback } from "./data.ts";
import { Queue } from "./queue.tsx";

interface Props {
  readonly items: readonly Callback[];
  readonly places: Places | undefined;
  readonly picked: number | undefined;
  /** Whether they can still be worked on. */
  readonly areOpen: boolean;
  onPick(id: number): void;
}

/** The queue, and above it what may be done to several of it at once. */
export function Worklist({ items, places, picked, areOpen, onPick }: Props) {
  const { texts } = useSpeech();
  const may = useMay();
  const selection = useSelection(items);
  const { run, start, close } = useBulk(selection.select);
  const isBusy = run !== null && !run.isOver;
  const mayAny = may("callbacks:assign") || may("callbacks:work") || may("callbacks:write");
  const offersBulk = areOpen && mayAny && places !== undefined;
  return (
    <>
      {offersBulk && items.length > 0 && (
        <BulkBar
          shown={items}
          selection={selection}
          places={places}
          isBusy={isBusy}
          onDo={(deed, callbacks) => void start(deed, callbacks)}
        />
      )}
      {run && <Results run={run} selected={selection.selected} onClose={close} />}
      {items.length === 0 ? (
        <Empty title={texts.callbacks.empty} hint={texts.callbacks.emptyHint} />
      ) : (
        <Queue
          items={items}
          places={places}
          picked={picked}
          selection={offersBulk ? selection : null}
          onPick={onPick}
        />
      )}
    </>
  );
}
