import { Anchor, Button, Code, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { SignInFailure } from "../../app/sign-in-failure.tsx";
import { Dialog } from "../../components/layer.tsx";
import { Copy } from "../../components/secret.tsx";
import { accountWords } from "../../texts/account.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";

interface Props {
  /** otpauth://totp/… */
  readonly uri: string;
  onConfirmed(): void;
  onClose(): void;
}

/** The app is told the key; its first code shows that it was. */
export function ConfirmApp({ uri, onConfirmed, onClose }: Props) {
  const { texts } = useSpeech();
  const words = useWords(accountWords);
  const [code, setCode] = useState("");
  const key = new URL(uri).searchParams.get("secret") ?? "";
  const confirming = useMutation({
    mutationFn: () =>
      dataOf(api.PUT("/api/v1/session/two-factor/confirmation", { body: { code: code.replaceAll(/\s/g, "") } })),
    onSuccess: onConfirmed,
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    confirming.mutate();
  }
  return (
    <Dialog onClose={onClose} closeOnClickOutside={false} title={words.setUp}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Anchor href={uri} size="sm">
            {words.openApp}
          </Anchor>
          <Text size="sm">{words.orType}</Text>
          <Code block className="secret" aria-label={words.appKey} tabIndex={0}>
            {key.replaceAll(/(.{4})(?=.)/g, "$1 ")}
          </Code>
          <Group>
            <Copy text={key} />
          </Group>
          <TextInput
            label={words.code}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            autoComplete="one-time-code"
            inputMode="numeric"
            pattern="\s*\d{3}\s?\d{3}\s*"
            maxLength={10}
            required
            data-autofocus
          />
          <SignInFailure failure={confirming.error} wrong={words.wrongCode} tries={confirming.submittedAt} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.app.cancel}
            </Button>
            <Button type="submit" loading={confirming.isPending}>
              {words.switchOn}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
