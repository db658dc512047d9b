import { Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { type Permission, useMay } from "../../app/who.ts";
import { Editor } from "../../components/editor.tsx";
import { useOnce } from "../../components/once.ts";
import { useFieldErrors, useSave } from "../../components/use-save.ts";
import { useWords } from "../../texts/both.ts";
import { keyWords } from "../../texts/keys.ts";
import { Scopes } from "./scopes.tsx";

const expiries = ["30", "90", "365", "never"] as const;

interface Draft {
  readonly name: string;
  readonly scopes: readonly Permission[];
  readonly expiry: (typeof expiries)[number];
}

interface Props {
  onClose(): void;
  onSecret(key: string): void;
}

export function KeyForm({ onClose, onSecret }: Props) {
  const words = useWords(keyWords);
  const may = useMay();
  const [draft, setDraft] = useState<Draft>({ name: "", scopes: [], expiry: "365" });
  const [isTried, setTried] = useState(false);
  const [openedAt] = useState(Date.now);
  const once = useOnce();
  const saving = useSave<Draft>({
    async write({ name, scopes, expiry }) {
      const days = expiry === "never" ? null : Number(expiry);
      const expiresAt = days === null ? null : new Date(openedAt + days * 86_400_000).toISOString();
      const body = { name, scopes: [...scopes], expiresAt };
      onSecret((await dataOf(api.POST("/api/v1/api-keys", { params: { header: once(body) }, body }))).key);
    },
    reread: () => Promise.reject(new Error("A key is never changed.")),
    touched: ["apiKeys"],
    onSaved: onClose,
  });
  const errors = useFieldErrors(saving.failure);
  const isMissing = draft.scopes.length === 0;
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  function save() {
    setTried(true);
    if (!isMissing) saving.save(draft, null);
  }
  return (
    <Editor
      title={words.add}
      size="xl"
      action={words.make}
      isSaving={saving.isSaving}
      failure={saving.failure}
      onSave={save}
      onClose={onClose}
    >
      <TextInput
        label={words.name}
        description={words.nameHelp}
        value={draft.name}
        error={errors.name}
        maxLength={100}
        required
        data-autofocus
        onChange={({ currentTarget: { value } }) => set({ name: value })}
      />
      <Select
        label={words.expiry}
        data={expiries.map((value) => ({ value, label: words.expiries[value] }))}
        value={draft.expiry}
        error={errors.expiresAt}
        allowDeselect={false}
        maw={260}
        onChange={(value) => set({ expiry: expiries.find((known) => known === value) ?? draft.expiry })}
      />
      <Scopes
        value={draft.scopes}
        isOffered={(permission) => may(permission)}
        error={isTried && isMissing ? words.noScopes : errors.scopes}
        onChange={(scopes) => set({ scopes })}
      />
    </Editor>
  );
}
