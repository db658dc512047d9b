import { Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useSpeech } from "../../texts/language.tsx";
import type { Callback } from "./data.ts";

const open = ["pending", "assigned", "contacted"];

/** A promise counts down while it is open; then it is when it was kept, or not. */
export function Due({ callback, now, zone }: { callback: Callback; now: number; zone: string | undefined }) {
  const { texts, format } = useSpeech();
  if (!open.includes(callback.status)) {
    return (
      <Text size="sm" className="quiet" span>
        {texts.callbacks.statuses[callback.status]}
      </Text>
    );
  }
  const left = Date.parse(callback.expiresAt) - now;
  if (callback.status === "contacted") {
    return (
      <Text size="sm" className="good" span>
        {texts.callbacks.statuses.contacted}
      </Text>
    );
  }
  if (left < 0) {
    return (
      <Text size="sm" fw={650} className="danger level" span title={format.moment(callback.expiresAt, zone)}>
        <IconAlertTriangle size={16} aria-hidden />
        {texts.callbacks.overdueBy(format.span(left))}
      </Text>
    );
  }
  return (
    <Text size="sm" className={left < 3_600_000 ? "warning" : ""} span title={format.moment(callback.expiresAt, zone)}>
      {texts.callbacks.dueIn(format.span(left))}
    </Text>
  );
}
