import { Button, Group, Stack, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { handOver } from "../../components/download.tsx";
import { Dialog } from "../../components/layer.tsx";
import { Copy } from "../../components/secret.tsx";
import { accountWords } from "../../texts/account.ts";
import { useWords } from "../../texts/both.ts";

/** Shown once: they are kept nowhere but in this dialog, which is not closed by accident. */
export function BackupCodes({ codes, onKept }: { codes: readonly string[]; onKept(): void }) {
  const words = useWords(accountWords);
  const text = `${codes.join("\n")}\n`;
  return (
    <Dialog
      onClose={onKept}
      title={words.codesTitle}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack gap="md">
        <Text size="sm">{words.codesText}</Text>
        <ul className="panel codes" aria-label={words.codesLabel}>
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <Group justify="space-between">
          <Group gap="xs">
            <Copy text={text} />
            <Button
              variant="default"
              leftSection={<IconDownload size={16} aria-hidden />}
              onClick={() => handOver(new Blob([text], { type: "text/plain" }), "frontdesk-backup-codes.txt")}
            >
              {words.download}
            </Button>
          </Group>
          <Button onClick={onKept}>{words.codesKept}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
