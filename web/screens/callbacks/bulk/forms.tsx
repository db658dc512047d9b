import { Select, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Editor } from "../../../components/editor.tsx";
import { useWords } from "../../../texts/both.ts";
import { bulkWords } from "../../../texts/callback-bulk.ts";
import { useSpeech } from "../../../texts/language.tsx";
import { type Deed, type Outcome, outcomes } from "./steps.ts";

interface Props {
  readonly count: number;
  onAnswer(deed: Deed): void;
  onClose(): void;
}

/** How the calls went, for all of them alike. */
export function CompleteForm({ count, onAnswer, onClose }: Props) {
  const { texts } = useSpeech();
  const words = useWords(bulkWords);
  const [outcome, setOutcome] = useState<Outcome>("reached");
  const [notes, setNotes] = useState("");
  return (
    <Editor
      title={words.completeTitle(count)}
      action={words.completeAction}
      isSaving={false}
      failure={null}
      onSave={() => onAnswer({ kind: "complete", outcome, notes: notes.trim() || null })}
      onClose={onClose}
    >
      <Text size="sm">{words.completeHelp}</Text>
      <Select
        label={texts.callbacks.outcome}
        value={outcome}
        onChange={(value) => setOutcome(outcomes.find((known) => known === value) ?? outcome)}
        data={outcomes.map((value) => ({ value, label: texts.callbacks.outcomes[value] }))}
        allowDeselect={false}
        data-autofocus
      />
      <TextInput
        label={texts.callbacks.note}
        value={notes}
        maxLength={2000}
        onChange={({ currentTarget }) => setNotes(currentTarget.value)}
      />
    </Editor>
  );
}

/** That nobody is to be called any more, and why. */
export function CancelForm({ count, onAnswer, onClose }: Props) {
  const words = useWords(bulkWords);
  const [reason, setReason] = useState("");
  return (
    <Editor
      title={words.cancelTitle(count)}
      action={words.cancelAction}
      isSaving={false}
      failure={null}
      onSave={() => onAnswer({ kind: "cancel", reason: reason.trim() || null })}
      onClose={onClose}
    >
      <Text size="sm">{words.cancelHelp}</Text>
      <TextInput
        label={words.reason}
        value={reason}
        maxLength={2000}
        data-autofocus
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
    </Editor>
  );
}
