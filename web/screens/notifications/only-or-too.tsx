import { Button, Group, Stack, Text } from "@mantine/core";
import type { Channel } from "../../app/choices.ts";
import { Dialog } from "../../components/layer.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { matrixWords } from "../../texts/notification-matrix.ts";
import { notificationWords } from "../../texts/notifications.ts";
import type { Effective, Event } from "./data.ts";

interface Props {
  readonly event: Event;
  readonly channel: Channel;
  readonly place: string;
  /** What is used so far besides. */
  readonly others: Effective["channels"];
  readonly isBusy: boolean;
  onChoose(keep: Effective["channels"]): void;
  onClose(): void;
}

/** A place that names one way of its own inherits none: whoever switches one on says what becomes of the others. */
export function OnlyOrToo({ event, channel, place, others, isBusy, onChoose, onClose }: Props) {
  const { texts } = useSpeech();
  const { onlyOrToo: words } = useWords(matrixWords);
  const { channels, events } = useWords(notificationWords);
  const names = others.map((each) => channels[each.channel]).join(", ");
  return (
    <Dialog onClose={onClose} title={words.title}>
      <Stack gap="md">
        <Text size="sm">
          {words.text(place, events[event])} <strong>{names}</strong>
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.app.cancel}
          </Button>
          <Button variant="default" disabled={isBusy} onClick={() => onChoose([])}>
            {words.alone(channels[channel])}
          </Button>
          <Button data-autofocus loading={isBusy} onClick={() => onChoose(others)}>
            {words.too(names)}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
