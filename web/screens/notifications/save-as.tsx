import { Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Problem } from "../../api/client.ts";
import { Editor } from "../../components/editor.tsx";
import { useWords } from "../../texts/both.ts";
import { templateWords } from "../../texts/templates.ts";
import { type Draft, type TemplateKey, writeTemplate } from "./template.ts";

interface Props {
  readonly of: TemplateKey;
  readonly draft: Draft;
  onSaved(name: string): void;
  onClose(): void;
}

/** The ETag of what is not there yet. */
const nothing = '"0"';

/** Saves what is written under a name of its own, for the matrix to choose. */
export function SaveAs({ of: key, draft, onSaved, onClose }: Props) {
  const words = useWords(templateWords);
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const saving = useMutation({
    mutationFn: () => writeTemplate({ ...key, name }, draft, nothing),
    onSuccess: () => onSaved(name),
    onSettled: () => queries.invalidateQueries({ queryKey: ["templates"] }),
  });
  const isTaken = saving.error instanceof Problem && saving.error.status === 412;
  const isFit = /^[a-z0-9][a-z0-9_-]{0,99}$/.test(name);
  return (
    <Editor
      title={words.saveAsTitle}
      isSaving={saving.isPending}
      failure={isTaken ? null : saving.error}
      onSave={() => isFit && saving.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{words.saveAsText}</Text>
      <TextInput
        label={words.name}
        description={words.nameHelp}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value.trim().toLowerCase())}
        error={isTaken ? words.taken : name !== "" && !isFit && words.nameHelp}
        autoComplete="off"
        maxLength={100}
        required
        data-autofocus
      />
    </Editor>
  );
}
