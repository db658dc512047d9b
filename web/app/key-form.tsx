import { Alert, PasswordInput, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useWords } from "../texts/both.ts";
import { entryWords } from "../texts/entry.ts";
import { useSpeech } from "../texts/language.tsx";
import { EntryForm } from "./entry-form.tsx";
import { enterByKey, useWay } from "./session.ts";
import type { Step } from "./sign-in.tsx";

interface Props {
  readonly note: string | undefined;
  onStep(step: Step): void;
}

export function KeyForm({ note, onStep }: Props) {
  const { texts } = useSpeech();
  const words = useWords(entryWords);
  const queries = useQueryClient();
  const way = useWay();
  const [key, setKey] = useState("");
  const [state, setState] = useState<"idle" | "asking" | "wrong" | "unreachable">("idle");

  async function submit() {
    setState("asking");
    const answer = await ask(key.trim());
    setState(answer === "known" ? "idle" : answer);
    if (answer !== "known") return;
    // What somebody else has seen here is forgotten; who comes back with a key goes on where they were.
    if (way !== "key") queries.clear();
    enterByKey(key.trim());
    await queries.invalidateQueries();
  }

  return (
    <EntryForm
      submit={texts.signIn.submit}
      isBusy={state === "asking"}
      others={[{ label: words.byPassword, go: () => onStep("password") }]}
      onSubmit={() => void submit()}
    >
      {note !== undefined && <Text size="sm">{note}</Text>}
      <PasswordInput
        label={texts.signIn.key}
        description={texts.signIn.keyHelp}
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
        autoComplete="off"
        required
        autoFocus
        data-autofocus
      />
      {state === "wrong" && <Alert color="red" variant="outline" role="alert" title={texts.signIn.wrong} />}
      {state === "unreachable" && (
        <Alert color="red" variant="outline" role="alert" title={texts.problems.unreachable} />
      )}
    </EntryForm>
  );
}

/** With the key that was typed, and not with the one that is open or has expired. */
async function ask(key: string): Promise<"known" | "wrong" | "unreachable"> {
  if (!/^[\x21-\x7e]+$/.test(key)) return "wrong";
  try {
    const { status } = await fetch("/api/v1/settings", { headers: { authorization: `Bearer ${key}` } });
    return status === 401 ? "wrong" : status < 500 ? "known" : "unreachable";
  } catch {
    return "unreachable";
  }
}
