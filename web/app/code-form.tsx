import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf } from "../api/client.ts";
import { useWords } from "../texts/both.ts";
import { entryWords } from "../texts/entry.ts";
import { useArrival } from "./arrival.ts";
import { EntryForm } from "./entry-form.tsx";
import { SignInFailure } from "./sign-in-failure.tsx";

/** The second step, of whoever uses an authenticator app. */
export function CodeForm({ onRestart }: { onRestart(): void }) {
  const words = useWords(entryWords);
  const arrive = useArrival();
  const [code, setCode] = useState("");
  const confirming = useMutation({
    mutationFn: async () => {
      await dataOf(api.PUT("/api/v1/session/code", { body: { code: code.replaceAll(/\s/g, "") } }));
      await arrive();
    },
  });
  return (
    <EntryForm
      submit={words.confirm}
      isBusy={confirming.isPending}
      others={[{ label: words.startAgain, go: onRestart }]}
      onSubmit={() => confirming.mutate()}
    >
      <TextInput
        label={words.code}
        description={words.codeHelp}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        autoComplete="one-time-code"
        maxLength={40}
        required
        autoFocus
      />
      <SignInFailure failure={confirming.error} wrong={words.wrongCode} tries={confirming.submittedAt} />
    </EntryForm>
  );
}
