import { PasswordInput, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf } from "../api/client.ts";
import { useWords } from "../texts/both.ts";
import { entryWords } from "../texts/entry.ts";
import { useArrival } from "./arrival.ts";
import { EntryForm } from "./entry-form.tsx";
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
  return (
    <EntryForm
      submit={words.submit}
      isBusy={entering.isPending}
      others={[
        { label: words.forgot, go: () => onStep("forgot") },
        { label: words.byKey, go: () => onStep("key") },
      ]}
      onSubmit={() => entering.mutate()}
    >
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
    </EntryForm>
  );
}
