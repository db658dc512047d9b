import { Alert, Anchor, Button, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { api, dataOf } from "../api/client.ts";
import { useWords } from "../texts/both.ts";
import { entryWords } from "../texts/entry.ts";
import { SignInFailure } from "./sign-in-failure.tsx";

interface Props {
  readonly email: string;
  onEmail(email: string): void;
  onBack(): void;
}

/** Says the same whether there is such a person or not, as the server does. */
export function ForgotForm({ email, onEmail, onBack }: Props) {
  const words = useWords(entryWords);
  const asking = useMutation({
    mutationFn: (address: string) => dataOf(api.PUT("/api/v1/password-reset", { body: { email: address } })),
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    asking.mutate(email.trim());
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">{words.forgotHelp}</Text>
        <TextInput
          type="email"
          label={words.email}
          value={email}
          onChange={(event) => onEmail(event.currentTarget.value)}
          autoComplete="username"
          maxLength={255}
          required
          autoFocus
        />
        {asking.isSuccess && (
          <Alert className="notice" variant="outline" role="status">
            {words.sent(asking.variables)}
          </Alert>
        )}
        <SignInFailure failure={asking.error} wrong={words.wrong} tries={asking.submittedAt} />
        <Button type="submit" loading={asking.isPending} fullWidth>
          {words.send}
        </Button>
        <div className="other-ways">
          <Anchor component="button" type="button" size="sm" onClick={onBack}>
            {words.back}
          </Anchor>
        </div>
      </Stack>
    </form>
  );
}
