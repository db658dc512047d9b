import type { Run } from "../journal.ts";
import type { Alarm } from "./alarms.ts";

/** To those who are concerned: an alarm has come, or is over. */
export function messageOfAlarm(
  { check, subject, detail, at, until, notMendable }: Alarm,
  { id, releases }: Run,
  database: string,
): string {
  const undo = notMendable === null ? "may mend it: frontdesk deploy rollback, see docs/deploying.md" : notMendable;
  return `${[
    `${until === null ? "ALARM" : "Well again"} after the deployment: ${database}`,
    `What: ${check}, ${subject}`,
    `Seen: ${detail}`,
    `At: ${at}${until === null ? "" : `, until ${until}`}`,
    `Run: ${id} (${releases.map(({ release }) => release).join(", ")})`,
    ...(until === null ? [`Taking it back: ${undo}`] : []),
  ].join("\n")}\n`;
}
