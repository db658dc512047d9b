import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useSpeech } from "../texts/language.tsx";
import { Dialog } from "./layer.tsx";

interface Props {
  readonly title: string;
  readonly children: ReactNode;
  /** What the button says that does it. */
  readonly action: string;
  readonly isBusy: boolean;
  readonly isDangerous?: boolean;
  /** What has to be typed first, for what cannot be undone. */
  readonly typed?: { readonly label: string; readonly word: string };
  onConfirm(): void;
  onClose(): void;
}

export function Confirm({ title, children, action, isBusy, isDangerous, typed, onConfirm, onClose }: Props) {
  const { texts } = useSpeech();
  const [word, setWord] = useState("");
  // The second half of a double click comes before the button knows that it is busy.
  const wasConfirmed = useRef(false);
  useEffect(() => {
    if (!isBusy) wasConfirmed.current = false;
  }, [isBusy]);
  const isReady = typed === undefined || word.trim() === typed.word;
  function submit(event: FormEvent) {
    event.preventDefault();
    // React hands events on to the form that this dialog may be from.
    event.stopPropagation();
    if (!isReady || wasConfirmed.current) return;
    wasConfirmed.current = true;
    onConfirm();
  }
  return (
    <Dialog onClose={onClose} title={title} zIndex={300}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm" component="div">
            {children}
          </Text>
          {typed && (
            <TextInput
              label={typed.label}
              value={word}
              autoComplete="off"
              data-autofocus
              onChange={(event) => setWord(event.currentTarget.value)}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.app.cancel}
            </Button>
            <Button type="submit" {...(isDangerous && { color: "red.8" })} disabled={!isReady} loading={isBusy}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
