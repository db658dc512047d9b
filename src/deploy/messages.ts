import type { PlanFile } from "./plan-file.ts";
import { endWords } from "./report-markdown.ts";
import type { Report } from "./report-schema.ts";

export const messageKinds = ["before", "success", "rollback"] as const;
export type MessageKind = (typeof messageKinds)[number];

/** What only a person knows of a deployment to come. */
export interface Announcement {
  readonly window: string;
  readonly downtime: string;
  readonly systems: string;
}

/** To those who are concerned, before anything happens. */
export function messageBefore({ plan }: PlanFile, { window, downtime, systems }: Announcement): string {
  const statements = plan.releases.flatMap((release) => release.statements);
  const expected = statements.reduce((sum, { expectedMilliseconds }) => sum + expectedMilliseconds, 0);
  return lines([
    `Deployment planned: ${plan.database.name}`,
    `Who: ${plan.madeBy}`,
    `Window: ${window}`,
    `Expected downtime: ${downtime}`,
    `Affected systems: ${systems}`,
    `What: ${plan.releases.map(({ release }) => release).join(", ") || "nothing"}; ${statements.length} statements, about ${seconds(expected)}`,
    `Contact: ${plan.contacts.join("; ") || "none named"}`,
  ]);
}

/** @throws Error where the run did not end so */
export function messageAfter(kind: Exclude<MessageKind, "before">, report: Report): string {
  const succeeded = report.end === "migrated";
  if (kind === "success" && !succeeded) throw new Error(`Run ${report.id} is no success: ${stateOf(report)}.`);
  if (kind === "rollback" && succeeded) throw new Error(`Run ${report.id} was not taken back: ${stateOf(report)}.`);
  return kind === "success" ? success(report) : rolledBack(report);
}

function success(report: Report): string {
  const of = (kind: string) => report.statements.filter(({ name }) => name.includes(`/${kind}/`)).length;
  const { backup, frozenMilliseconds: frozen } = report;
  return lines([
    `${report.restore === null ? "Deployment" : "Restore"} done: ${report.database.name}`,
    `Run: ${report.id}`,
    ...(report.restore === null ? [] : newer(report.restore)),
    `Migration time: ${seconds(report.migrationMilliseconds)}${frozen === null ? "" : `, maintenance ${seconds(frozen)}`}`,
    `Completed: ${report.endedAt ?? "not yet"}`,
    `Statements: ${of("table")} on tables, ${of("foreign-key")} foreign keys`,
    ...report.criteria.map(({ what, result, detail }) => `${capital(what)}: ${result} (${detail})`),
    `Backup: ${backup === null ? "none" : backup.path}`,
    ...(report.switchedOff.length > 0 ? [`Switched off: ${report.switchedOff.join(", ")}`] : []),
    "Monitoring: `frontdesk deploy verify`, then what docs/deploying.md says for the first 24 hours",
  ]);
}

/** What those who worked since the backup will miss. */
function newer({ takenAt, aside, kept }: NonNullable<Report["restore"]>): string[] {
  const tables = (kept ?? []).map(({ table, rows, added, changed }) =>
    added === null ? `${table} (some of ${rows} rows)` : `${table} (${added} rows more, ${changed} changed)`,
  );
  return [
    `As of: ${takenAt ?? "unknown"}`,
    `Newer, kept in ${aside}: ${tables.join(", ") || (kept ? "nothing" : "not counted")}`,
  ];
}

function rolledBack(report: Report): string {
  const undone = report.statements.filter(({ state }) => state === "undone").length;
  const kept = report.quarantined.map(({ table, rows }) => `${rows} rows of ${table} kept aside`);
  return lines([
    `${report.goal === "restore" ? "Restore" : "Deployment"} ${report.goal === "rollBack" ? "rolled back" : "not done"}: ${report.database.name}`,
    `Run: ${report.id}`,
    `Reason: ${report.reason ?? "asked for"}`,
    `Actions taken: ${[`${undone} statements taken back`, ...kept].join(", ")}`,
    `Status: ${stateOf(report)}`,
    `Next: ${report.end === "held" || report.end === null ? "frontdesk deploy status, then frontdesk deploy resume or frontdesk deploy abort" : "find the cause, then plan and rehearse again"}`,
    "Re-deployment: not before the rehearsal passes; the time will be announced",
  ]);
}

function stateOf({ end, phase }: Report): string {
  return end === null ? `not ended, in ${phase}` : endWords[end];
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function capital(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}`;
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
