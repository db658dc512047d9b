import { Alert, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api, dataOf } from "../api/client.ts";
import { useWords } from "../texts/both.ts";
import { entryWords } from "../texts/entry.ts";
import { EntryForm } from "./entry-form.tsx";
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
  return (
    <EntryForm
      submit={words.send}
      isBusy={asking.isPending}
      others={[{ label: words.back, go: onBack }]}
      onSubmit={() => asking.mutate(email.trim())}
    >
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
    </EntryForm>
  );
}
