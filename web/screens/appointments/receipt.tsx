import { Button, Group, Stack, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import type { Schemas } from "../../api/client.ts";
import { Facts } from "../../components/facts.tsx";
import { Fold } from "../../components/fold.tsx";
import { appointmentWords } from "../../texts/appointments.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { reservationWords } from "../../texts/reservations.ts";
import { useFee } from "./verdict.tsx";

interface Props {
  readonly action: "cancel" | "reschedule";
  readonly outcome: Schemas["Decision"];
  readonly zone: string;
  onClose(): void;
}

export function Receipt({ action, outcome, zone, onClose }: Props) {
  const { format, language } = useSpeech();
  const words = useWords(appointmentWords);
  const fee = useFee();
  const reserved = useWords(reservationWords);
  const { appointment, reservation, feeCents, currency, decisionId, explanation, receipt } = outcome;
  const changed = action === "cancel" ? words.cancelled : words.moved(format.moment(appointment.startsAt, zone));
  return (
    <Stack gap="md" role="status">
      <Text fw={700} className="verdict good">
        <IconCircleCheck aria-hidden />
        {reservation === null ? changed : reserved.reserved(format.moment(reservation.expiresAt, zone))}
      </Text>
      <Facts
        of={[
          [words.receipt, decisionId === null ? "–" : words.receiptNumber(decisionId)],
          [words.feeLabel, fee(feeCents, currency)],
        ]}
      />
      <Text size="sm">{words.quoted(explanation[language].customer)}</Text>
      <Fold title={words.receiptAll} content={receipt} />
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          {words.close}
        </Button>
      </Group>
    </Stack>
  );
}
