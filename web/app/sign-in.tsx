import { Alert, Button, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Appearance, Mark } from "../components/appearance.tsx";
import { useSpeech } from "../texts/language.tsx";
import { signIn } from "./session.ts";

export function SignIn() {
  const { texts } = useSpeech();
  return (
    <main className="sign-in">
      <div className="panel sign-in-panel">
        <div className="brand">
          <Mark />
          {texts.app.name}
        </div>
        <Title order={1} mb="md">
          {texts.signIn.title}
        </Title>
        <SignInForm />
      </div>
      <div className="top">
        <Appearance />
      </div>
    </main>
  );
}

export function SignInForm({ note }: { note?: string }) {
  const { texts } = useSpeech();
  const queries = useQueryClient();
  const [key, setKey] = useState("");
  const [state, setState] = useState<"idle" | "asking" | "wrong" | "unreachable">("idle");

  async function submit(event: FormEvent) {
    event.preventDefault();
    setState("asking");
    const answer = await ask(key.trim());
    setState(answer === "known" ? "idle" : answer);
    if (answer !== "known") return;
    signIn(key.trim());
    await queries.invalidateQueries();
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        {note !== undefined && <Text>{note}</Text>}
        <PasswordInput
          label={texts.signIn.key}
          description={texts.signIn.keyHelp}
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          autoComplete="off"
          required
          data-autofocus
        />
        {state === "wrong" && <Alert color="red" variant="outline" role="alert" title={texts.signIn.wrong} />}
        {state === "unreachable" && (
          <Alert color="red" variant="outline" role="alert" title={texts.problems.unreachable} />
        )}
        <Button type="submit" loading={state === "asking"} fullWidth>
          {texts.signIn.submit}
        </Button>
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
