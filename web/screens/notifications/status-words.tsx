import { Text } from "@mantine/core";
import type { Schemas } from "../../api/client.ts";
import { useWords } from "../../texts/both.ts";
import { deliveryWords } from "../../texts/deliveries.ts";
import { notificationWords } from "../../texts/notifications.ts";

type Delivery = Schemas["Delivery"];

const tones: Partial<Record<Delivery["status"], string>> = {
  delivered: "good",
  failed: "danger",
  bounced: "danger",
  unknown: "warning",
  expired: "warning",
};

/** What became of it, and why where it was not sent or went wrong. */
export function StatusWords({ delivery: { status, reason, errorCode } }: { delivery: Delivery }) {
  const { statuses } = useWords(deliveryWords);
  const { reasons } = useWords(notificationWords);
  const sayError = useErrorWords();
  const why = reason !== null ? (reasons[reason] ?? reason) : errorCode !== null ? sayError(errorCode) : null;
  return (
    <>
      <span className={tones[status] ?? ""}>{statuses[status]}</span>
      {why !== null && (
        <Text size="xs" className="quiet">
          {why}
        </Text>
      )}
    </>
  );
}

/** What went wrong: in words where it is ours to say, else by the provider's number. */
export function useErrorWords(): (code: string | null) => string {
  const words = useWords(deliveryWords);
  return (code) => (code === null ? words.noCode : (words.errors[code] ?? words.providerCode(code)));
}
