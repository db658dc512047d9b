import { Button, Group, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useSpeech } from "../texts/language.tsx";
import { Failure } from "./failure.tsx";
import { Dialog } from "./layer.tsx";

interface Props {
  readonly title: string;
  readonly size?: string;
  readonly isSaving: boolean;
  /** Null too where what it holds tells the failure in words of its own. */
  readonly failure: unknown;
  /** What the button says that saves, where it does more than that. */
  readonly action?: string;
  /** False where what it shows is shown this once. */
  readonly closeOnClickOutside?: boolean;
  readonly children: ReactNode;
  onSave(): void;
  onClose(): void;
}

/** A dialog with a form that saves or says why not. */
export function Editor({
  title,
  size = "md",
  isSaving,
  failure,
  action,
  closeOnClickOutside = true,
  children,
  onSave,
  onClose,
}: Props) {
  const { texts } = useSpeech();
  function submit(event: FormEvent) {
    event.preventDefault();
    onSave();
  }
  return (
    <Dialog onClose={onClose} size={size} title={title} closeOnClickOutside={closeOnClickOutside}>
      <form onSubmit={submit}>
        <Stack gap="md">
          {children}
          {failure !== null && failure !== undefined && <Failure error={failure} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.app.cancel}
            </Button>
            <Button type="submit" loading={isSaving}>
              {action ?? texts.app.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
