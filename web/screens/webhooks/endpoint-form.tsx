import { MultiSelect, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Versioned, versionOf } from "../../api/client.ts";
import { ConflictDialog } from "../../components/conflict.tsx";
import { Editor } from "../../components/editor.tsx";
import { useOnce } from "../../components/once.ts";
import { Asked } from "../../components/states.tsx";
import { useFieldErrors, useSave } from "../../components/use-save.ts";
import { useWords } from "../../texts/both.ts";
import { webhookWords } from "../../texts/webhooks.ts";
import { type Endpoint, type EventFilter, eventFilters } from "./data.ts";

type Draft = Pick<Endpoint, "url" | "description" | "eventTypes" | "isEnabled">;

interface Props {
  /** `new` for one that is not there yet. */
  readonly id: string;
  onClose(): void;
  onSecret(secret: string): void;
}

const fresh: Versioned<Draft> = {
  data: { url: "https://", description: "", eventTypes: ["*"], isEnabled: true },
  etag: "",
};

export function EndpointForm({ id, onClose, onSecret }: Props) {
  const there = useQuery({
    queryKey: ["webhookEndpoint", id],
    enabled: id !== "new",
    staleTime: 0,
    gcTime: 0,
    queryFn: () => readEndpoint(Number(id)),
  });
  if (id === "new") return <Form id={null} start={fresh} onClose={onClose} onSecret={onSecret} />;
  return (
    <Asked query={there}>
      {(start) => <Form id={Number(id)} start={start} onClose={onClose} onSecret={onSecret} />}
    </Asked>
  );
}

async function readEndpoint(endpointId: number): Promise<Versioned<Draft>> {
  const { data, etag } = await versionOf(
    api.GET("/api/v1/webhook-endpoints/{endpointId}", { params: { path: { endpointId } } }),
  );
  const { url, description, eventTypes, isEnabled } = data;
  return { data: { url, description, eventTypes, isEnabled }, etag };
}

interface FormProps extends Omit<Props, "id"> {
  readonly id: number | null;
  readonly start: Versioned<Draft>;
}

function Form({ id, start, onClose, onSecret }: FormProps) {
  const words = useWords(webhookWords);
  const [etag] = useState(start.etag);
  const [draft, setDraft] = useState(start.data);
  const once = useOnce();
  const saving = useSave<Draft>({
    async write({ isEnabled, ...content }, version) {
      if (id === null) {
        const params = { header: once(content) };
        onSecret((await dataOf(api.POST("/api/v1/webhook-endpoints", { params, body: content }))).secret);
        return;
      }
      const params = { path: { endpointId: id }, header: { "If-Match": version ?? "*" } };
      const body = { ...content, isEnabled };
      await dataOf(api.PATCH("/api/v1/webhook-endpoints/{endpointId}", { params, body }));
    },
    reread: () => readEndpoint(id ?? 0),
    touched: ["webhookEndpoints"],
    onSaved: onClose,
  });
  const errors = useFieldErrors(saving.failure);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  return (
    <Editor
      title={id === null ? words.addTitle : words.editTitle}
      isSaving={saving.isSaving}
      failure={saving.failure}
      onSave={() => saving.save(draft, etag)}
      onClose={onClose}
    >
      <TextInput
        type="url"
        label={words.url}
        description={words.urlHelp}
        value={draft.url}
        required
        maxLength={2000}
        error={errors.url}
        data-autofocus
        onChange={({ currentTarget: { value } }) => set({ url: value })}
      />
      <TextInput
        label={words.description}
        value={draft.description}
        maxLength={255}
        error={errors.description}
        onChange={({ currentTarget: { value } }) => set({ description: value })}
      />
      <MultiSelect
        label={words.events}
        description={words.eventsHelp}
        data={eventFilters.map((value) => ({ value, label: value === "*" ? words.everything : value }))}
        value={draft.eventTypes}
        searchable
        required
        error={errors.eventTypes}
        onChange={(value) => set({ eventTypes: value as EventFilter[] })}
      />
      {id !== null && (
        <Switch
          label={words.enabled}
          checked={draft.isEnabled}
          onChange={({ currentTarget: { checked } }) => set({ isEnabled: checked })}
        />
      )}
      <ConflictDialog
        conflict={saving.conflict}
        isSaving={saving.isSaving}
        describe={({ url, description, eventTypes, isEnabled }) => [
          [words.url, url],
          [words.description, description],
          [words.events, eventTypes.join(", ")],
          [words.enabled, isEnabled ? words.state.on : words.state.off],
        ]}
        onYield={onClose}
      />
    </Editor>
  );
}
