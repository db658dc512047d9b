import { Button, PasswordInput, Stack, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { SignInFailure } from "../../app/sign-in-failure.tsx";
import { isChosen, NewPasswordInput } from "../../components/new-password.tsx";
import { useFieldErrors } from "../../components/use-save.ts";
import { accountWords } from "../../texts/account.ts";
import { useWords } from "../../texts/both.ts";

const blank = { current: "", first: "", again: "" };

export function Password() {
  const words = useWords(accountWords);
  const [draft, setDraft] = useState(blank);
  const changing = useMutation({
    mutationFn: () =>
      dataOf(api.PUT("/api/v1/session/password", { body: { current: draft.current, next: draft.first } })),
    onSuccess: () => {
      setDraft(blank);
      notifications.show({ message: words.changed, color: "teal" });
    },
  });
  const wrong = useFieldErrors(changing.error).next;
  function submit(event: FormEvent) {
    event.preventDefault();
    if (isChosen(draft)) changing.mutate();
  }
  return (
    <section className="panel card">
      <Title order={2} mb="sm">
        {words.password}
      </Title>
      <form onSubmit={submit}>
        <Stack gap="md" maw={420}>
          <PasswordInput
            label={words.current}
            value={draft.current}
            onChange={(event) => setDraft({ ...draft, current: event.currentTarget.value })}
            autoComplete="current-password"
            required
          />
          <NewPasswordInput value={draft} error={wrong} onChange={(chosen) => setDraft({ ...draft, ...chosen })} />
          <SignInFailure
            failure={wrong === undefined ? changing.error : null}
            wrong={words.wrongPassword}
            tries={changing.submittedAt}
          />
          <Button
            type="submit"
            className="at-the-left"
            loading={changing.isPending}
            disabled={!isChosen(draft) || draft.current === ""}
          >
            {words.change}
          </Button>
        </Stack>
      </form>
    </section>
  );
}
