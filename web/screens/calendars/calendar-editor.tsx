import { Autocomplete, Checkbox, Select, TextInput } from "@mantine/core";
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
import { calendarWords } from "../../texts/calendars.ts";
import { useSpeech } from "../../texts/language.tsx";
import { Closures } from "./closures.tsx";
import { useDescription } from "./describe.ts";
import { contentOf, type Draft, draftOf, freshDraft, readCalendar, wrongDays } from "./draft.ts";
import { Week } from "./week.tsx";

type Calendar = Schemas["Calendar"];

interface Props {
  /** `new` for one that is not there yet. */
  readonly id: string;
  readonly places: Places;
  onClose(): void;
}

export function CalendarEditor({ id, places, onClose }: Props) {
  const there = useQuery({
    queryKey: ["calendar", id],
    enabled: id !== "new",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: () => readCalendar(Number(id)),
  });
  if (id === "new") return <Form start={null} places={places} onClose={onClose} />;
  return <Asked query={there}>{(start) => <Form start={start} places={places} onClose={onClose} />}</Asked>;
}

interface FormProps extends Omit<Props, "id"> {
  readonly start: Versioned<Calendar> | null;
}

function Form({ start, places, onClose }: FormProps) {
  const words = useWords(calendarWords);
  const [before] = useState(start);
  const [draft, setDraft] = useState<Draft>(before === null ? freshDraft : draftOf(before.data));
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const saving = useSaving(before, onClose);
  const describe = useDescription(places);
  const errors = useFieldErrors(saving.failure);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  function save() {
    const days = wrongDays(draft);
    setWrong(days);
    if (days.length === 0) saving.save(draft, before?.etag ?? null);
  }
  return (
    <Editor
      title={before === null ? words.add : words.edit(before.data.name)}
      size="lg"
      isSaving={saving.isSaving}
      failure={saving.failure}
      onSave={save}
      onClose={onClose}
    >
      <Basics draft={draft} isNew={before === null} places={places} failure={saving.failure} onChange={set} />
      {!draft.alwaysOpen && <Week hours={draft.hours} wrong={wrong} onChange={(hours) => set({ hours })} />}
      <div className="pair">
        <TextInput
          label={`${words.holidays}: ${words.country}`}
          description={words.countryHelp}
          value={draft.country}
          maxLength={10}
          error={errors["holidays/country"]}
          onChange={({ currentTarget: { value } }) => set({ country: value.trim().toUpperCase() })}
        />
        <TextInput
          label={words.state}
          description={words.stateHelp}
          value={draft.state}
          maxLength={10}
          disabled={draft.country === ""}
          onChange={({ currentTarget: { value } }) => set({ state: value.trim().toUpperCase() })}
        />
      </div>
      <Closures closures={draft.closures} onChange={(closures) => set({ closures })} />
      {before !== null && <Remove calendar={before} onRemoved={onClose} />}
      <ConflictDialog conflict={saving.conflict} isSaving={saving.isSaving} describe={describe} onYield={onClose} />
    </Editor>
  );
}

function useSaving(before: Versioned<Calendar> | null, onSaved: () => void) {
  const once = useOnce();
  return useSave<Draft>({
    write(draft, etag) {
      const content = contentOf(draft, before?.data ?? null);
      if (before === null) {
        const body = { ...content, branchId: draft.branchId };
        return dataOf(api.POST("/api/v1/calendars", { params: { header: once(body) }, body }));
      }
      const params = { path: { calendarId: before.data.id }, header: { "If-Match": etag ?? "*" } };
      return dataOf(api.PUT("/api/v1/calendars/{calendarId}", { params, body: content }));
    },
    async reread() {
      const { data, etag } = await readCalendar(before?.data.id ?? 0);
      return { data: draftOf(data), etag };
    },
    touched: ["calendars", "calendar"],
    onSaved,
  });
}

interface BasicsProps {
  readonly draft: Draft;
  readonly isNew: boolean;
  readonly places: Places;
  readonly failure: unknown;
  onChange(change: Partial<Draft>): void;
}

const timezones = Intl.supportedValuesOf("timeZone");

function Basics({ draft, isNew, places, failure, onChange }: BasicsProps) {
  const { texts } = useSpeech();
  const words = useWords(calendarWords);
  const errors = useFieldErrors(failure);
  return (
    <>
      <TextInput
        label={words.name}
        value={draft.name}
        required
        maxLength={100}
        error={errors.name}
        data-autofocus
        onChange={({ currentTarget: { value } }) => onChange({ name: value })}
      />
      {isNew && (
        <Select
          label={words.of}
          placeholder={texts.settings.wholeCompany}
          data={places.branches.map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.branchId}
          clearable
          clearButtonProps={{ "aria-label": texts.settings.wholeCompany }}
          onChange={(branchId) => onChange({ branchId })}
        />
      )}
      <Autocomplete
        label={words.timezone}
        description={words.timezoneHelp}
        data={timezones}
        limit={20}
        value={draft.timezone}
        error={errors.timezone}
        onChange={(timezone) => onChange({ timezone: timezone.trim() })}
      />
      <Checkbox
        label={words.alwaysOpen}
        checked={draft.alwaysOpen}
        onChange={({ currentTarget: { checked } }) => onChange({ alwaysOpen: checked })}
      />
    </>
  );
}

function Remove({ calendar: { data, etag }, onRemoved }: { calendar: Versioned<Calendar>; onRemoved(): void }) {
  const words = useWords(calendarWords);
  const params = { path: { calendarId: data.id } };
  return (
    <RemoveButton
      title={words.removeTitle(data.name)}
      text={words.removeText}
      touched={["calendars"]}
      remove={() => dataOf(api.DELETE("/api/v1/calendars/{calendarId}", { params, headers: { "If-Match": etag } }))}
      onRemoved={onRemoved}
    />
  );
}
