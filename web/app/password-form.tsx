import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf } from "../api/client.ts";
import { useWords } from "../texts/both.ts";
import { entryWords } from "../texts/entry.ts";
import { useArrival } from "./arrival.ts";
import type { Step } from "./sign-in.tsx";
import { SignInFailure } from "./sign-in-failure.tsx";

interface Props {
  readonly note: string | undefined;
  readonly email: string;
  onEmail(email: string): void;
  onStep(step: Step): void;
}

export function PasswordForm({ note, email, onEmail, onStep }: Props) {
  const words = useWords(entryWords);
  const arrive = useArrival();
  const [password, setPassword] = useState("");
  const entering = useMutation({
    mutationFn: async () => {
      const { next } = await dataOf(api.PUT("/api/v1/session", { body: { email: email.trim(), password } }));
      if (next === "codeNeeded") onStep("code");
      else await arrive();
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    entering.mutate();
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {note !== undefined && <Text size="sm">{note}</Text>}
        <TextInput
          type="email"
          label={words.email}
          value={email}
          onChange={(event) => onEmail(event.currentTarget.value)}
          autoComplete="username"
          maxLength={255}
          required
          data-autofocus
        />
        <PasswordInput
          label={words.password}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          required
        />
        <SignInFailure failure={entering.error} wrong={words.wrong} tries={entering.submittedAt} />
        <Button type="submit" loading={entering.isPending} fullWidth>
          {words.submit}
        </Button>
        <div className="other-ways">
          <Anchor component="button" type="button" size="sm" onClick={() => onStep("forgot")}>
            {words.forgot}
          </Anchor>
          <Anchor component="button" type="button" size="sm" onClick={() => onStep("key")}>
            {words.byKey}
          </Anchor>
        </div>
      </Stack>
    </form>
  );
}
