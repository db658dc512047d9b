import { useState } from "react";
import { api, dataOf, type Versioned } from "../../api/client.ts";
import { nameOf, type Places } from "../../api/places.ts";
import { ConflictDialog } from "../../components/conflict.tsx";
import { Editor } from "../../components/editor.tsx";
import { useFieldErrors, useSave } from "../../components/use-save.ts";
import { useWords } from "../../texts/both.ts";
import { callbackSettingsWords } from "../../texts/callback-settings.ts";
import { type CallbackSettings, type Draft, draftOf, fields, readCallbackSettings, useValueWords } from "./data.ts";
import { SettingInput } from "./setting-input.tsx";

interface Props {
  readonly start: Versioned<CallbackSettings>;
  readonly places: Places;
  onClose(): void;
}

/** Each value is set here or inherited; only what was changed in the form is sent. */
export function SettingsEditor({ start, places, onClose }: Props) {
  const words = useWords(callbackSettingsWords);
  const say = useValueWords();
  const [before] = useState(start);
  const [draft, setDraft] = useState(draftOf(before.data));
  const { branchId } = before.data;
  const saving = useSaving(before, onClose);
  const errors = useFieldErrors(saving.failure);
  return (
    <Editor
      title={words.editOf(branchId === null ? places.company.name : nameOf(places, "branch", branchId))}
      isSaving={saving.isSaving}
      failure={saving.failure}
      onSave={() => saving.save(draft, before.etag)}
      onClose={onClose}
    >
      {fields.map((field) => (
        <SettingInput
          key={field}
          field={field}
          value={field in draft ? draft[field] : before.data[field]}
          isOwn={field in draft}
          wasOwn={field in before.data.own}
          isOfBranch={branchId !== null}
          error={errors[field]}
          onChange={(value) => setDraft({ ...draft, [field]: value })}
          onInherit={() => setDraft(without(draft, field))}
        />
      ))}
      <ConflictDialog
        conflict={saving.conflict}
        isSaving={saving.isSaving}
        describe={(version) =>
          fields.map((field) => [
            words.fields[field],
            field in version
              ? say(field, version[field])
              : words.inheritLabel[branchId === null ? "company" : "branch"],
          ])
        }
        onYield={onClose}
      />
    </Editor>
  );
}

const without = (draft: Draft, left: string): Draft =>
  Object.fromEntries(Object.entries(draft).filter(([field]) => field !== left));

function useSaving({ data: before }: Versioned<CallbackSettings>, onSaved: () => void) {
  const branchId = before.branchId ?? undefined;
  const own = draftOf(before);
  return useSave<Draft>({
    write(draft, etag) {
      const set = Object.fromEntries(
        fields.filter((each) => each in draft && draft[each] !== own[each]).map((each) => [each, draft[each]]),
      );
      const body = { ...set, reset: fields.filter((each) => each in own && !(each in draft)) };
      const header = { "If-Match": etag ?? "*" };
      if (branchId === undefined) return dataOf(api.PATCH("/api/v1/callback-settings", { params: { header }, body }));
      const params = { path: { branchId }, header };
      return dataOf(api.PATCH("/api/v1/callback-settings/{branchId}", { params, body }));
    },
    async reread() {
      const { data, etag } = await readCallbackSettings(branchId);
      return { data: draftOf(data), etag };
    },
    touched: ["callbackSettings", "callbacks"],
    onSaved,
  });
}
