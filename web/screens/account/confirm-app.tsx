import { Anchor, Code, Group, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { SignInFailure } from "../../app/sign-in-failure.tsx";
import { Editor } from "../../components/editor.tsx";
import { Copy } from "../../components/secret.tsx";
import { accountWords } from "../../texts/account.ts";
import { useWords } from "../../texts/both.ts";

interface Props {
  /** otpauth://totp/… */
  readonly uri: string;
  onConfirmed(): void;
  onClose(): void;
}

/** The app is told the key; its first code shows that it was. */
export function ConfirmApp({ uri, onConfirmed, onClose }: Props) {
  const words = useWords(accountWords);
  const [code, setCode] = useState("");
  const key = new URL(uri).searchParams.get("secret") ?? "";
  const confirming = useMutation({
    mutationFn: () =>
      dataOf(api.PUT("/api/v1/session/two-factor/confirmation", { body: { code: code.replaceAll(/\s/g, "") } })),
    onSuccess: onConfirmed,
  });
  return (
    <Editor
      title={words.setUp}
      action={words.switchOn}
      isSaving={confirming.isPending}
      failure={null}
      closeOnClickOutside={false}
      onSave={() => confirming.mutate()}
      onClose={onClose}
    >
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
    </Editor>
  );
}
