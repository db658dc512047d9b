import { Button, Group, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type FormEvent, useRef, useState } from "react";
import type { Versioned } from "../../api/client.ts";
import { useMay, wholeCompany } from "../../app/who.ts";
import { ConflictDialog } from "../../components/conflict.tsx";
import { Failure } from "../../components/failure.tsx";
import { LeaveGuard } from "../../components/leave-guard.tsx";
import { useFieldErrors, useSave } from "../../components/use-save.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { templateWords } from "../../texts/templates.ts";
import { Preview } from "./preview.tsx";
import { SaveAs } from "./save-as.tsx";
import {
  type Draft,
  draftOf,
  isSame,
  readTemplate,
  type Template,
  type TemplateKey,
  writeTemplate,
} from "./template.ts";
import { TemplateFields } from "./template-fields.tsx";
import { ResetButton } from "./template-reset.tsx";
import { useFaults, useRendered } from "./use-rendered.ts";

interface Props {
  readonly of: TemplateKey;
  readonly start: Versioned<Template>;
  /** A text with a name is there no more. */
  onGone(): void;
  /** It was saved under another name. */
  onNamed(name: string): void;
}

/** What a text says, and beside it how it arrives. */
export function TemplateEditor({ of: key, start, onGone, onNamed }: Props) {
  const { texts } = useSpeech();
  const words = useWords(templateWords);
  const mayWrite = useMay()("templates:write", wholeCompany);
  const [before, setBefore] = useState(start);
  const [draft, setDraft] = useState(draftOf(start.data));
  const [settled] = useDebouncedValue(draft, 300);
  const [isNaming, setNaming] = useState(false);
  const isChanged = !isSame(draft, before.data);
  const adopt = (version: Versioned<Template>) => {
    setBefore(version);
    setDraft(draftOf(version.data));
  };
  const saving = useSaving(key, adopt);
  const rendered = useRendered(key, settled);
  const faults = useFaults(rendered.data);
  const errors = { ...useFieldErrors(saving.failure), ...faults };
  return (
    <div className="template">
      <form
        className="template-form"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          saving.save(draft, before.etag);
        }}
      >
        <Text size="sm" className="quiet">
          {mayWrite ? (before.data.isOwn ? words.isOwn : words.isProduct) : words.lookOnly}
        </Text>
        <TemplateFields
          channel={key.channel}
          draft={draft}
          variables={before.data.variables}
          errors={errors}
          isReadOnly={!mayWrite}
          onChange={setDraft}
        />
        {saving.failure !== null && Object.keys(faults).length === 0 && <Failure error={saving.failure} />}
        {mayWrite && (
          <div className="template-foot">
            <Group gap="xs">
              <Button type="submit" loading={saving.isSaving} disabled={!isChanged}>
                {texts.app.save}
              </Button>
              <Text size="sm" className="quiet" role="status">
                {isChanged && words.unsaved}
              </Text>
            </Group>
            <Group gap="xs">
              <Button variant="subtle" size="xs" onClick={() => setNaming(true)}>
                {words.saveAs}
              </Button>
              {before.data.isOwn && (
                <ResetButton of={key} etag={before.etag} onReset={key.name === undefined ? adopt : onGone} />
              )}
            </Group>
          </div>
        )}
      </form>
      <Preview channel={key.channel} rendered={rendered} />
      <ConflictDialog
        conflict={saving.conflict}
        isSaving={saving.isSaving}
        describe={({ subject, text, html }) => [
          [words.subject, subject ?? ""],
          [words.text, text],
          [words.html, html ?? ""],
        ]}
        onYield={saving.giveWay}
      />
      {isNaming && <SaveAs of={key} draft={draft} onSaved={onNamed} onClose={() => setNaming(false)} />}
      <LeaveGuard isActive={isChanged} title={words.leaveTitle} text={words.leaveText} action={words.leave} />
    </div>
  );
}

function useSaving(key: TemplateKey, adopt: (version: Versioned<Template>) => void) {
  const there = useRef<Versioned<Template> | null>(null);
  const taken = () => there.current !== null && adopt(there.current);
  const saving = useSave<Draft>({
    async write(draft, etag) {
      await writeTemplate(key, draft, etag ?? "*");
      there.current = await readTemplate(key);
    },
    async reread() {
      const { data, etag } = await readTemplate(key);
      there.current = { data, etag };
      return { data: draftOf(data), etag };
    },
    touched: ["templates"],
    onSaved: taken,
  });
  /** What is there now is shown, and what was written is gone. */
  function giveWay() {
    saving.dropConflict();
    taken();
  }
  return { ...saving, giveWay };
}
