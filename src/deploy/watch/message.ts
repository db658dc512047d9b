import type { Report } from "../report-schema.ts";
import type { Alarm } from "./alarms.ts";

/** To those who are concerned: an alarm has come, or is over. */
export function messageOfAlarm({ check, subject, detail, at, until, notMendable }: Alarm, report: Report): string {
  const undo = notMendable === null ? "may mend it: frontdesk deploy rollback, see docs/deploying.md" : notMendable;
  return `${[
    `${until === null ? "ALARM" : "Well again"} after the deployment: ${report.database.name}`,
    `What: ${check}, ${subject}`,
    `Seen: ${detail}`,
    `At: ${at}${until === null ? "" : `, until ${until}`}`,
    `Run: ${report.id} (${report.releases.join(", ")})`,
    ...(until === null ? [`Taking it back: ${undo}`] : []),
  ].join("\n")}\n`;
}
