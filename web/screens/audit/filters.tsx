import type { AuditSearch } from "../../app/search.ts";
import { AnySelect, FilterBar, PeriodInputs } from "../../components/filters.tsx";
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
      <AnySelect
        label={words.subject}
        any={words.anySubject}
        data={Object.entries(words.subjects).map(([value, label]) => ({ value, label }))}
        value={subject}
        onPick={(value) => onChange({ subject: value, subjectId: undefined })}
        searchable
      />
      <SettledInput
        label={words.subjectId}
        value={subjectId ?? ""}
        maxLength={64}
        onSettle={(value) => onChange({ subjectId: value || undefined })}
      />
      <AnySelect
        label={words.actor}
        any={words.anyActor}
        data={Object.entries(words.actors).map(([value, label]) => ({ value, label }))}
        value={actor}
        onPick={(value) => onChange({ actor: value })}
      />
      <AnySelect
        label={words.action}
        any={words.anyAction}
        data={actionsInGroups(language, action)}
        value={action}
        onPick={(value) => onChange({ action: value })}
        searchable
        nothingFoundMessage={words.noAction}
      />
      <PeriodInputs words={words} from={from} until={until} onChange={onChange} />
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
