import { Text, TextInput } from "@mantine/core";
import { useWords } from "../../texts/both.ts";
import { calendarWords } from "../../texts/calendars.ts";
import { useSpeech } from "../../texts/language.tsx";
import { weekdays } from "./hours.ts";

interface Props {
  readonly hours: Readonly<Record<string, string>>;
  readonly wrong: readonly string[];
  onChange(hours: Readonly<Record<string, string>>): void;
}

export function Week({ hours, wrong, onChange }: Props) {
  const { texts } = useSpeech();
  const words = useWords(calendarWords);
  return (
    <fieldset className="bare">
      <legend>
        <Text size="sm" fw={600}>
          {words.hours}
        </Text>
        <Text size="xs" className="quiet">
          {words.hoursHelp}
        </Text>
      </legend>
      <div className="week">
        {weekdays.map((day) => (
          <TextInput
            key={day}
            label={texts.settings.days[day]}
            value={hours[day] ?? ""}
            placeholder={texts.settings.closed}
            error={wrong.includes(day) ? words.hoursWrong : undefined}
            onChange={({ currentTarget: { value } }) => onChange({ ...hours, [day]: value })}
          />
        ))}
      </div>
    </fieldset>
  );
}
