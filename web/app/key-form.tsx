import { Alert, Anchor, Button, PasswordInput, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useWords } from "../texts/both.ts";
import { entryWords } from "../texts/entry.ts";
import { useSpeech } from "../texts/language.tsx";
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

  async function submit(event: FormEvent) {
    event.preventDefault();
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
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
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
        <Button type="submit" loading={state === "asking"} fullWidth>
          {texts.signIn.submit}
        </Button>
        <div className="other-ways">
          <Anchor component="button" type="button" size="sm" onClick={() => onStep("password")}>
            {words.byPassword}
          </Anchor>
        </div>
      </Stack>
    </form>
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
