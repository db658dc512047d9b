import { Select, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schemas, type Versioned } from "../../api/client.ts";
import type { Places } from "../../api/places.ts";
import { ConflictDialog } from "../../components/conflict.tsx";
import { Editor } from "../../components/editor.tsx";
import { useOnce } from "../../components/once.ts";
import { RemoveButton } from "../../components/remove-button.tsx";
import { Asked } from "../../components/states.tsx";
import { useFieldErrors, useSave } from "../../components/use-save.ts";
import { useWords } from "../../texts/both.ts";
import { ladderWords } from "../../texts/ladders.ts";
import { useSpeech } from "../../texts/language.tsx";
import { useDescription } from "./describe.ts";
import { type Draft, draftOf, freshDraft, readLadder, stepsOf } from "./draft.ts";
import { Preview } from "./preview.tsx";
import { Steps } from "./steps.tsx";

type Ladder = Schemas["Ladder"];

interface Props {
  /** `new` for one that is not there yet. */
  readonly id: string;
  readonly places: Places;
  onClose(): void;
}

export function LadderEditor({ id, places, onClose }: Props) {
  const there = useQuery({
    queryKey: ["ladder", id],
    enabled: id !== "new",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: () => readLadder(Number(id)),
  });
  if (id === "new") return <Form start={null} places={places} onClose={onClose} />;
  return <Asked query={there}>{(start) => <Form start={start} places={places} onClose={onClose} />}</Asked>;
}

interface FormProps extends Omit<Props, "id"> {
  readonly start: Versioned<Ladder> | null;
}

function Form({ start, places, onClose }: FormProps) {
  const { texts } = useSpeech();
  const words = useWords(ladderWords);
  const [before] = useState(start);
  const [draft, setDraft] = useState<Draft>(before === null ? freshDraft : draftOf(before.data));
  const saving = useSaving(before, onClose);
  const describe = useDescription(places);
  const errors = useFieldErrors(saving.failure);
  const isWhole = draft.steps.every(({ targets, emails }) => targets.length + emails.length > 0);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  return (
    <Editor
      title={before === null ? words.add : words.edit(before.data.name)}
      size="lg"
      isSaving={saving.isSaving}
      failure={saving.failure}
      onSave={() => isWhole && saving.save(draft, before?.etag ?? null)}
      onClose={onClose}
    >
      <TextInput
        label={words.name}
        value={draft.name}
        required
        maxLength={100}
        error={errors.name}
        data-autofocus
        onChange={({ currentTarget: { value } }) => set({ name: value })}
      />
      {before === null && (
        <Select
          label={words.of}
          placeholder={texts.settings.wholeCompany}
          data={places.branches.map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.branchId}
          clearable
          clearButtonProps={{ "aria-label": texts.settings.wholeCompany }}
          onChange={(branchId) => set({ branchId })}
        />
      )}
      <Steps steps={draft.steps} branchId={draft.branchId} places={places} onChange={(steps) => set({ steps })} />
      {isWhole ? (
        <Preview steps={stepsOf(draft)} branchId={draft.branchId} places={places} />
      ) : (
        <Text size="sm" className="danger" role="alert">
          {words.noTargets}
        </Text>
      )}
      {before !== null && <Remove ladder={before} onRemoved={onClose} />}
      <ConflictDialog conflict={saving.conflict} isSaving={saving.isSaving} describe={describe} onYield={onClose} />
    </Editor>
  );
}

function useSaving(before: Versioned<Ladder> | null, onSaved: () => void) {
  const once = useOnce();
  return useSave<Draft>({
    write(draft, etag) {
      const content = { name: draft.name, steps: stepsOf(draft) };
      if (before === null) {
        const body = { ...content, branchId: draft.branchId };
        return dataOf(api.POST("/api/v1/ladders", { params: { header: once(body) }, body }));
      }
      const params = { path: { ladderId: before.data.id }, header: { "If-Match": etag ?? "*" } };
      return dataOf(api.PUT("/api/v1/ladders/{ladderId}", { params, body: content }));
    },
    async reread() {
      const { data, etag } = await readLadder(before?.data.id ?? 0);
      return { data: draftOf(data), etag };
    },
    touched: ["ladders", "ladder"],
    onSaved,
  });
}

function Remove({ ladder: { data, etag }, onRemoved }: { ladder: Versioned<Ladder>; onRemoved(): void }) {
  const words = useWords(ladderWords);
  const params = { path: { ladderId: data.id } };
  return (
    <RemoveButton
      title={words.removeTitle(data.name)}
      text={words.removeText}
      touched={["ladders"]}
      remove={() => dataOf(api.DELETE("/api/v1/ladders/{ladderId}", { params, headers: { "If-Match": etag } }))}
      onRemoved={onRemoved}
    />
  );
}
