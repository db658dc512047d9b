import { Checkbox, Textarea, TextInput } from "@mantine/core";
import { useRef } from "react";
import type { Channel } from "../../app/choices.ts";
import { useWords } from "../../texts/both.ts";
import { templateWords } from "../../texts/templates.ts";
import { insertion } from "./insertion.ts";
import { type Draft, hasSubject } from "./template.ts";
import { Variables } from "./variables.tsx";

type Field = keyof Draft;

interface Props {
  readonly channel: Channel;
  readonly draft: Draft;
  readonly variables: readonly string[];
  readonly errors: Readonly<Record<string, string>>;
  readonly isReadOnly: boolean;
  onChange(draft: Draft): void;
}

/** The fields of a text. What is filled in goes where the cursor was last. */
export function TemplateFields({ channel, draft, variables, errors, isReadOnly, onChange }: Props) {
  const words = useWords(templateWords);
  const inputs = useRef<Partial<Record<Field, HTMLInputElement | HTMLTextAreaElement | null>>>({});
  const last = useRef<Field | null>(null);
  const isMail = channel === "email";

  function fill(path: string) {
    const known = last.current !== null && draft[last.current] !== null ? last.current : null;
    const field = known ?? "text";
    const input = inputs.current[field];
    if (!input) return;
    // Where nobody has been yet, a cursor would stand at the beginning.
    const from = (known && input.selectionStart) ?? input.value.length;
    const until = (known && input.selectionEnd) ?? from;
    const { text, cursor } = insertion(path, input.value.slice(from, until));
    onChange({ ...draft, [field]: input.value.slice(0, from) + text + input.value.slice(until) });
    requestAnimationFrame(() => {
      input.focus();
      input.setSelectionRange(from + cursor, from + cursor);
    });
  }
  const common = (field: Field) => ({
    ref: (input: HTMLInputElement | HTMLTextAreaElement | null) => {
      inputs.current[field] = input;
    },
    value: draft[field] ?? "",
    error: errors[field],
    readOnly: isReadOnly,
    required: !isReadOnly,
    spellCheck: true,
    onFocus: () => {
      last.current = field;
    },
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      onChange({ ...draft, [field]: value }),
  });
  return (
    <>
      {hasSubject(channel) && (
        <TextInput label={isMail ? words.subject : words.pushTitle} maxLength={500} {...common("subject")} />
      )}
      <Textarea
        label={words.text}
        description={isMail ? words.textHelp.email : words.textHelp.other}
        autosize
        minRows={isMail ? 10 : 4}
        maxRows={24}
        maxLength={20_000}
        {...common("text")}
      />
      {isMail && !(isReadOnly && draft.html === null) && (
        <Checkbox
          label={words.ownHtml}
          checked={draft.html !== null}
          disabled={isReadOnly}
          onChange={({ currentTarget: { checked } }) => onChange({ ...draft, html: checked ? "" : null })}
        />
      )}
      {draft.html !== null && (
        <Textarea
          label={words.html}
          description={words.htmlHelp}
          autosize
          minRows={6}
          maxRows={24}
          maxLength={65_535}
          classNames={{ input: "code" }}
          {...common("html")}
          spellCheck={false}
        />
      )}
      {!isReadOnly && <Variables paths={variables} onFill={fill} />}
    </>
  );
}
