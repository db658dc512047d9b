import { Select, TextInput } from "@mantine/core";
import type { AuditSearch } from "../../app/search.ts";
import { FilterBar } from "../../components/filters.tsx";
import { SettledInput } from "../../components/settled-input.tsx";
import { auditWords } from "../../texts/audit.ts";
import { auditActions } from "../../texts/audit-actions.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import type { Language } from "../../texts/languages.ts";
import { actionWords } from "./actions.ts";

interface Props {
  readonly search: AuditSearch;
  onChange(change: Partial<AuditSearch>): void;
}

export function AuditFilters({ search, onChange }: Props) {
  const { language } = useSpeech();
  const words = useWords(auditWords);
  const { subject, subjectId, actor, action, from, until } = search;
  return (
    <FilterBar set={[subject, subjectId, actor, action, from, until]}>
      <Select
        label={words.subject}
        placeholder={words.anySubject}
        data={Object.entries(words.subjects).map(([value, label]) => ({ value, label }))}
        value={subject ?? null}
        onChange={(value) => onChange({ subject: value ?? undefined, subjectId: undefined })}
        searchable
        clearable
        clearButtonProps={{ "aria-label": words.anySubject }}
      />
      <SettledInput
        label={words.subjectId}
        value={subjectId ?? ""}
        maxLength={64}
        onSettle={(value) => onChange({ subjectId: value || undefined })}
      />
      <Select
        label={words.actor}
        placeholder={words.anyActor}
        data={Object.entries(words.actors).map(([value, label]) => ({ value, label }))}
        value={actor ?? null}
        onChange={(value) => onChange({ actor: value ?? undefined })}
        clearable
        clearButtonProps={{ "aria-label": words.anyActor }}
      />
      <Select
        label={words.action}
        placeholder={words.anyAction}
        data={actionsInGroups(language, action)}
        value={action ?? null}
        onChange={(value) => onChange({ action: value ?? undefined })}
        searchable
        clearable
        nothingFoundMessage={words.noAction}
        clearButtonProps={{ "aria-label": words.anyAction }}
      />
      <TextInput
        type="date"
        label={words.from}
        value={from ?? ""}
        max={until}
        onChange={({ currentTarget: { value } }) => onChange({ from: value || undefined })}
      />
      <TextInput
        type="date"
        label={words.until}
        value={until ?? ""}
        min={from}
        onChange={({ currentTarget: { value } }) => onChange({ until: value || undefined })}
      />
    </FilterBar>
  );
}

/** An address may name an action that has no words here. */
function actionsInGroups(language: Language, chosen: string | undefined) {
  const groups = Object.entries(auditActions[language]).map(([group, actions]) => ({
    group,
    items: Object.entries(actions).map(([value, label]) => ({ value, label })),
  }));
  if (chosen === undefined || groups.some(({ items }) => items.some(({ value }) => value === chosen))) return groups;
  return [
    ...groups,
    { group: auditWords[language].others, items: [{ value: chosen, label: actionWords(chosen, language) }] },
  ];
}
