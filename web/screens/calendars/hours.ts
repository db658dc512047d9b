export interface Opening {
  readonly from: string;
  readonly until: string;
}

export const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

const time = "(\\d{1,2})(?::(\\d\\d))?";
const span = new RegExp(`^${time}\\s*[-–]\\s*${time}$`);

/** Reads what people write: `9-12, 14-18:30`. @returns null where it cannot be meant; nothing is an empty list */
export function hoursIn(written: string): Opening[] | null {
  const openings: Opening[] = [];
  for (const part of written.split(",").map((each) => each.trim())) {
    if (part === "") continue;
    const [, fromHour, fromMinute = "00", untilHour, untilMinute = "00"] = span.exec(part) ?? [];
    if (fromHour === undefined || untilHour === undefined) return null;
    const opening = {
      from: `${fromHour.padStart(2, "0")}:${fromMinute}`,
      until: `${untilHour.padStart(2, "0")}:${untilMinute}`,
    };
    if (!isTime(opening.from) || !isTime(opening.until) || opening.from >= opening.until) return null;
    const before = openings.at(-1);
    if (before !== undefined && before.until > opening.from) return null;
    openings.push(opening);
  }
  return openings;
}

const isTime = (text: string) => /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/.test(text);

export function hoursText(openings: readonly Opening[]): string {
  return openings.map(({ from, until }) => `${from}–${until}`).join(", ");
}
