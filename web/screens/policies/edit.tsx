import { Text, TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { nameOf, type Places } from "../../api/places.ts";
import type { Target } from "../../api/spots.ts";
import type { PolicyType } from "../../app/choices.ts";
import { ConflictDialog } from "../../components/conflict.tsx";
import { Editor } from "../../components/editor.tsx";
import { useOnce } from "../../components/once.ts";
import { orConflict, useSave } from "../../components/use-save.ts";
import { useSpeech } from "../../texts/language.tsx";
import { allPolicies, type Policy, policyAt } from "./data.ts";
import { Reach } from "./reach.tsx";
import { ValueInput } from "./value-input.tsx";
import { wordsOf } from "./values.ts";

interface Props {
  readonly type: PolicyType;
  readonly field: string;
  readonly value: unknown;
  readonly target: Target;
  readonly places: Places;
  readonly policies: readonly Policy[];
  onClose(): void;
}

/** What of a place is changed here: one field, and why. */
interface Draft {
  readonly value: unknown;
  readonly comment: string;
}

/** Sets a field for one place, and says before saving whom that reaches and whom it does not. */
export function Edit({ type, field, value: before, target, places, policies, onClose }: Props) {
  const { texts, format } = useSpeech();
  const [draft, setDraft] = useState<Draft>({ value: before, comment: "" });
  const [policy] = useState(policyAt(policies, target));
  const saving = useSaving({ type, field, target, policy, fallback: before }, onClose);
  const label = texts.fields[field] ?? field;
  const words = (value: unknown) => wordsOf(field, value, texts, format, places.company.currency);
  return (
    <Editor
      title={texts.policies.editTitle(label, nameOf(places, target.level, target.id))}
      isSaving={saving.isSaving}
      failure={saving.failure}
      onSave={() => saving.save(draft, policy === undefined ? null : etagOf(policy))}
      onClose={onClose}
    >
      <Text size="sm" className="quiet">
        {texts.policies.before}: {words(before)}
      </Text>
      <ValueInput
        field={field}
        label={texts.policies.newValue}
        value={draft.value}
        currency={places.company.currency}
        hasFocus
        onChange={(value) => setDraft({ ...draft, value })}
      />
      <Reach target={target} fields={[field]} places={places} policies={policies} />
      <TextInput
        label={texts.policies.comment}
        value={draft.comment}
        maxLength={2000}
        onChange={({ currentTarget: { value: comment } }) => setDraft({ ...draft, comment })}
      />
      <ConflictDialog
        conflict={saving.conflict}
        isSaving={saving.isSaving}
        describe={({ value }) => [[label, words(value)]]}
        onYield={onClose}
      />
    </Editor>
  );
}

interface Subject {
  readonly type: PolicyType;
  readonly field: string;
  readonly target: Target;
  readonly policy: Policy | undefined;
  /** What applies where nothing is set. */
  readonly fallback: unknown;
}

const etagOf = ({ version }: Policy) => `"${version}"`;

/** Only this field is sent: what somebody else set meanwhile in another one stays. */
function useSaving({ type, field, target, policy, fallback }: Subject, onSaved: () => void) {
  const there = useRef(policy);
  const once = useOnce();
  return useSave<Draft>({
    async write({ value, comment: typed }, etag) {
      const config = { [field]: value };
      const comment = typed.trim() || null;
      if (etag !== null && there.current) {
        const params = { path: { policyId: there.current.id }, header: { "If-Match": etag } };
        return dataOf(api.PATCH("/api/v1/policies/{policyId}", { params, body: { config, comment } }));
      }
      const body = { policyType: type, level: target.level, targetId: target.id, config, comment };
      return orConflict(dataOf(api.POST("/api/v1/policies", { params: { header: once(body) }, body })));
    },
    async reread() {
      const now = policyAt(await allPolicies(type), target);
      there.current = now;
      const config: Readonly<Record<string, unknown>> = now?.config ?? {};
      const value = Object.hasOwn(config, field) ? config[field] : fallback;
      return { data: { value, comment: "" }, etag: now === undefined ? null : etagOf(now) };
    },
    touched: ["policies", "effective", "versions"],
    onSaved,
  });
}
