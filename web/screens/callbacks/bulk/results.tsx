import { CloseButton, Progress, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { Problem } from "../../../api/client.ts";
import { FailureWords } from "../../../components/failure.tsx";
import { useWords } from "../../../texts/both.ts";
import { bulkWords } from "../../../texts/callback-bulk.ts";
import { fieldMessage } from "../../../texts/field-messages.ts";
import { useSpeech } from "../../../texts/language.tsx";
import type { Callback } from "../data.ts";
import type { Run } from "./use-bulk.ts";

interface Props {
  readonly run: Run;
  readonly selected: readonly Callback[];
  onClose(): void;
}

/** How far it is, and of each callback what became of it: what was not done first, with the reason. */
export function Results({ run: { deed, total, results, isOver }, selected, onClose }: Props) {
  const { texts } = useSpeech();
  const words = useWords(bulkWords);
  const close = useRef<HTMLButtonElement>(null);
  // What was pressed is gone once nothing is selected.
  useEffect(() => {
    if (isOver && document.activeElement === document.body) close.current?.focus();
  }, [isOver]);
  const failed = results.filter(({ failure }) => failure !== null);
  const stillSelected = failed.filter(({ callback: { id } }) => selected.some((each) => each.id === id)).length;
  const done = results.filter(({ failure }) => failure === null);
  return (
    <section className="panel bulk-results" aria-label={words.results}>
      <div className="bulk-head">
        <Text size="sm" fw={600} role="status">
          {isOver
            ? words.over(words.deeds[deed.kind], done.length, failed.length)
            : words.going(words.deeds[deed.kind], results.length, total)}
        </Text>
        {isOver && <CloseButton ref={close} aria-label={texts.app.close} onClick={onClose} />}
      </div>
      {!isOver && <Progress value={(results.length / total) * 100} aria-label={words.results} />}
      <ul>
        {failed.map(({ callback: { id, customerName }, failure }) => (
          <li key={id}>
            <IconAlertTriangle size={17} className="danger" aria-hidden />
            <div>
              <strong>{customerName}</strong>: <Reason failure={failure} />
            </div>
          </li>
        ))}
      </ul>
      {isOver && stillSelected > 0 && (
        <Text size="sm" className="quiet">
          {words.stillSelected(stillSelected)}
        </Text>
      )}
      {done.length > 0 && (
        <details>
          <summary>{words.doneOnes(done.length)}</summary>
          <ul>
            {done.map(({ callback: { id, customerName } }) => (
              <li key={id}>
                <IconCircleCheck size={17} className="good" aria-hidden />
                {customerName}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** Of a field that does not fit, what is wrong with it says it all. */
function Reason({ failure }: { failure: unknown }) {
  const { language } = useSpeech();
  const fields = failure instanceof Problem ? (failure.body.errors ?? []) : [];
  if (fields.length === 0) return <FailureWords error={failure} />;
  return fields.map(({ message }) => fieldMessage(message, language)).join(" ");
}
