import { NumberInput, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Versioned } from "../../api/client.ts";
import { ConflictDialog } from "../../components/conflict.tsx";
import { Editor } from "../../components/editor.tsx";
import { Asked } from "../../components/states.tsx";
import { useFieldErrors, useSave } from "../../components/use-save.ts";
import { useWords } from "../../texts/both.ts";
import { matrixWords } from "../../texts/notification-matrix.ts";
import { notificationWords } from "../../texts/notifications.ts";
import { type Configuration, readConfiguration, useCatalogue, useOwnTemplates, usualName } from "./data.ts";

interface Props {
  readonly id: number;
  readonly title: string;
  onClose(): void;
}

/** How a place's own channel is sent: what stands in for it, how often it is tried, in which words. */
export function ConfigurationEditor({ id, title, onClose }: Props) {
  const there = useQuery({
    queryKey: ["configuration", id],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: () => readConfiguration(id),
  });
  return <Asked query={there}>{(start) => <Form start={start} title={title} onClose={onClose} />}</Asked>;
}

type Draft = Pick<Configuration, "fallbackChannel" | "retryCount" | "retryDelayMinutes" | "template">;

const draftOf = ({ fallbackChannel, retryCount, retryDelayMinutes, template }: Configuration): Draft => ({
  fallbackChannel,
  retryCount,
  retryDelayMinutes,
  template,
});

interface FormProps extends Omit<Props, "id"> {
  readonly start: Versioned<Configuration>;
}

function Form({ start, title, onClose }: FormProps) {
  const { editor: words } = useWords(matrixWords);
  const { channels } = useWords(notificationWords);
  const [before] = useState(start);
  const [draft, setDraft] = useState(draftOf(before.data));
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const saving = useSaving(before.data.id, onClose);
  const errors = useFieldErrors(saving.failure);
  const { event, channel } = before.data;
  const allowed = useCatalogue().data?.events.find((each) => each.event === event)?.allowedChannels ?? [];
  const templates = useTemplateNames(before.data);
  return (
    <Editor
      title={title}
      isSaving={saving.isSaving}
      failure={saving.failure}
      onSave={() => saving.save(draft, before.etag)}
      onClose={onClose}
    >
      <Select
        label={words.fallback}
        placeholder={words.nothing}
        data={allowed
          .filter((each) => each !== channel)
          .map((each) => ({ value: each as string, label: channels[each] }))}
        value={draft.fallbackChannel}
        onChange={(value) => set({ fallbackChannel: allowed.find((each) => each === value) ?? null })}
        error={errors.fallbackChannel}
        clearable
        clearButtonProps={{ "aria-label": words.nothing }}
        data-autofocus
      />
      <div className="pair">
        <NumberInput
          label={words.retryCount}
          description={words.retryCountHelp}
          value={draft.retryCount}
          onChange={(value) => set({ retryCount: Number(value) })}
          min={0}
          max={10}
          allowDecimal={false}
          error={errors.retryCount}
          required
        />
        <NumberInput
          label={words.retryDelay}
          description={words.retryDelayHelp}
          value={draft.retryDelayMinutes}
          onChange={(value) => set({ retryDelayMinutes: Number(value) })}
          min={1}
          max={1440}
          allowDecimal={false}
          error={errors.retryDelayMinutes}
          required
        />
      </div>
      {templates.length > 0 && (
        <Select
          label={words.template}
          placeholder={words.usual}
          data={templates}
          value={draft.template}
          onChange={(template) => set({ template })}
          error={errors.template}
          clearable
          clearButtonProps={{ "aria-label": words.usual }}
        />
      )}
      <ConflictDialog
        conflict={saving.conflict}
        isSaving={saving.isSaving}
        describe={({ fallbackChannel, retryCount, retryDelayMinutes, template }) => [
          [words.fallback, fallbackChannel === null ? words.nothing : channels[fallbackChannel]],
          [words.retryCount, String(retryCount)],
          [words.retryDelay, String(retryDelayMinutes)],
          [words.template, template ?? words.usual],
        ]}
        onYield={onClose}
      />
    </Editor>
  );
}

/** The names of the company's other texts for the same, and the one that is named so far. */
function useTemplateNames({ event, channel, template }: Configuration): string[] {
  const rows = useOwnTemplates().data ?? [];
  const fitting = rows.filter((row) => row.event === event && row.channel === channel && row.name !== usualName);
  return [...new Set([...fitting.map(({ name }) => name), ...(template === null ? [] : [template])])].sort();
}

function useSaving(configurationId: number, onSaved: () => void) {
  const path = { configurationId };
  return useSave<Draft>({
    write: (body, etag) =>
      dataOf(
        api.PATCH("/api/v1/notification-configurations/{configurationId}", {
          params: { path, header: { "If-Match": etag ?? "*" } },
          body,
        }),
      ),
    async reread() {
      const { data, etag } = await readConfiguration(configurationId);
      return { data: draftOf(data), etag };
    },
    touched: ["channels"],
    onSaved,
  });
}
