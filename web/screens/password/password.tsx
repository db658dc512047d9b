import { Anchor, Button, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { api, dataOf, Problem } from "../../api/client.ts";
import { leave } from "../../app/session.ts";
import { Entrance } from "../../app/sign-in.tsx";
import { SignInFailure } from "../../app/sign-in-failure.tsx";
import { isChosen, NewPasswordInput } from "../../components/new-password.tsx";
import { useFieldErrors } from "../../components/use-save.ts";
import { useWords } from "../../texts/both.ts";
import { entryWords } from "../../texts/entry.ts";

/** Where the link of an invitation leads, or of a forgotten password. Its secret does not stay in the address. */
export function ChoosePassword() {
  const words = useWords(entryWords);
  const navigate = useNavigate();
  const [token] = useState(() => window.location.hash.slice(1));
  useEffect(() => {
    if (token !== "") void navigate({ to: "/password", hash: "", replace: true });
  }, [token, navigate]);
  if (token === "") return <NoLink title={words.linkMissing} text={words.linkMissingHelp} />;
  return <ByLink token={token} />;
}

function ByLink({ token }: { token: string }) {
  const words = useWords(entryWords);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [password, setPassword] = useState({ first: "", again: "" });
  const choosing = useMutation({
    mutationFn: async () => {
      await dataOf(api.PUT("/api/v1/password", { body: { token, password: password.first } }));
      leave();
      queries.clear();
      notifications.show({ message: words.chosen, color: "teal", autoClose: 10_000 });
      await navigate({ to: "/", search: {}, replace: true });
    },
  });
  const { token: isOver, password: wrong } = useFieldErrors(choosing.error);
  if (isOver !== undefined) return <NoLink title={words.linkGone} text={words.linkGoneHelp} />;
  function submit(event: FormEvent) {
    event.preventDefault();
    if (isChosen(password)) choosing.mutate();
  }
  const failure = choosing.error instanceof Problem && wrong !== undefined ? null : choosing.error;
  return (
    <Entrance title={words.choosePassword}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <NewPasswordInput value={password} error={wrong} onChange={setPassword} />
          <SignInFailure failure={failure} wrong={words.wrong} tries={choosing.submittedAt} />
          <Button type="submit" loading={choosing.isPending} disabled={!isChosen(password)} fullWidth>
            {words.choosePassword}
          </Button>
        </Stack>
      </form>
    </Entrance>
  );
}

function NoLink({ title, text }: { title: string; text: string }) {
  const words = useWords(entryWords);
  const navigate = useNavigate();
  return (
    <Entrance title={title}>
      <Stack gap="md">
        <Text size="sm">{text}</Text>
        <Anchor component="button" type="button" ta="left" onClick={() => void navigate({ to: "/", search: {} })}>
          {words.back}
        </Anchor>
      </Stack>
    </Entrance>
  );
}
