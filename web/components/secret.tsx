import { Button, Code, CopyButton, Group, Stack, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useWords } from "../texts/both.ts";
import { shared } from "../texts/shared.ts";
import { Dialog } from "./layer.tsx";

export interface SecretWords {
  readonly secretTitle: string;
  readonly secretText: string;
  /** What kind of secret it is. */
  readonly secret: string;
  readonly secretKept: string;
}

/** Shows a secret once: it is kept nowhere but in the dialog, which is not closed by accident. */
export function useSecret(words: SecretWords): { showSecret(secret: string): void; secretDialog: ReactNode } {
  const [secret, setSecret] = useState<string | null>(null);
  const secretDialog = secret !== null && (
    <Dialog
      onClose={() => setSecret(null)}
      title={words.secretTitle}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      zIndex={400}
    >
      <Stack gap="md">
        <Text size="sm">{words.secretText}</Text>
        <Code block className="secret" aria-label={words.secret} tabIndex={0}>
          {secret}
        </Code>
        <Group justify="space-between">
          <Copy text={secret} isFirst />
          <Button onClick={() => setSecret(null)}>{words.secretKept}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
  return { showSecret: setSecret, secretDialog };
}

/** @param isFirst whether the focus is here when the dialog opens */
export function Copy({ text, isFirst = false }: { text: string; isFirst?: boolean }) {
  const words = useWords(shared);
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button
          variant="default"
          {...(isFirst && { "data-autofocus": true })}
          leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
          onClick={copy}
        >
          <span aria-live="polite">{copied ? words.copied : words.copy}</span>
        </Button>
      )}
    </CopyButton>
  );
}
