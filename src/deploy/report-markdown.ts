import type { Report } from "./report-schema.ts";

/** For people; with `summary`, what fits on a screen. */
export function markdownOf(report: Report, { summary = false } = {}): string {
  return `${[...head(report), ...criteria(report), ...(summary ? [] : details(report))].join("\n")}\n`;
}

export const endWords: Record<NonNullable<Report["end"]>, string> = {
  untouched: "nothing was touched",
  migrated: "migrated",
  undone: "taken back, the database is as it was before",
  held: "held, a person is needed",
};

function head(report: Report): string[] {
  const { id, database, end, phase, reason, releases, by, host, startedAt, endedAt, switchedOff, restore } = report;
  return [
    `# Deployment ${id}`,
    "",
    `- **End:** ${end === null ? `not ended, in ${phase}` : endWords[end]}${reason === null ? "" : ` (${oneLine(reason)})`}`,
    `- **Database:** ${database.name} (${database.engine})`,
    `- **${restore === null ? `Releases:** ${releases.join(", ")}` : `Restore of:** ${restore.backup}`}`,
    `- **By:** ${by} on ${host}`,
    `- **When:** ${startedAt} to ${endedAt ?? "now"}`,
    `- **Statements:** ${report.statements.length} in ${report.migrationMilliseconds} ms, ${report.lockWaits} waits for locks`,
    `- **Maintenance:** ${report.frozenMilliseconds === null ? "none" : `${report.frozenMilliseconds} ms`}`,
    `- **Switched off:** ${switchedOff.join(", ") || "nothing"}`,
  ];
}

function criteria({ criteria }: Report): string[] {
  const rows = criteria.map(({ what, result, detail }) => `| ${what} | ${result} | ${cell(detail)} |`);
  return ["", "| criterion | result | why |", "|---|---|---|", ...rows];
}

function details(report: Report): string[] {
  const { backup, rehearsal, plan, fingerprints, quarantined, statements } = report;
  return [
    "",
    `- **Plan:** sha256 ${report.planSha256}${plan === null ? "" : `, from a file of ${plan.madeBy} (sha256 ${plan.sha256})`}`,
    ...(plan?.approvals ?? []).map(({ role, name, at, decision }) => `- **${decision}:** ${name} (${role}) at ${at}`),
    ...(plan?.contacts ?? []).map((contact) => `- **Contact:** ${contact}`),
    `- **Fingerprint before:** ${fingerprints.before}`,
    `- **Fingerprint expected:** ${fingerprints.expected ?? "unknown"}`,
    `- **Backup:** ${backup === null ? "none" : `${backup.path}, ${backup.rows} rows, ${backup.bytes} bytes, ${backup.snapshot}, sha256 ${backup.sha256}`}`,
    `- **Rehearsal:** ${rehearsal === null ? "none" : Object.entries(rehearsal.milliseconds).map(([what, ms]) => `${what} ${ms} ms`)}`,
    ...waits(report),
    ...watched(report),
    ...restored(report),
    ...quarantined.map(({ table, rows, kept }) => `- **Kept aside:** ${rows} rows of ${table} in ${kept}`),
    "",
    "| statement | state | ms |",
    "|---|---|--:|",
    ...statements.map(({ name, state, milliseconds }) => `| ${name} | ${state} | ${milliseconds ?? ""} |`),
  ];
}

function waits({ prober }: Report): string[] {
  if (prober === null) return [];
  if (prober.notMeasured !== null) return [`- **What others waited:** not measured: ${oneLine(prober.notMeasured)}`];
  const { stallLimitMilliseconds, ownDelayMilliseconds, connectionsLost, kinds } = prober;
  return [
    ...kinds.map(
      ({ kind, tables, questions, errors, worstMilliseconds, p99Milliseconds, stallMilliseconds, baseline }) =>
        `- **Others' ${kind}s** (${tables.join(", ")}): ${questions}, ${errors} errors, worst ${worstMilliseconds} ms, p99 ${p99Milliseconds} ms; ` +
        `before worst ${baseline.worstMilliseconds} ms, p99 ${baseline.p99Milliseconds} ms; stalled by us ${stallMilliseconds} ms (at most ${stallLimitMilliseconds})`,
    ),
    `- **The prober itself:** kept from running for ${ownDelayMilliseconds} ms at worst, ${connectionsLost} connections lost`,
  ];
}

function watched({ watch }: Report): string[] {
  return watch.flatMap(({ startedAt, endedAt, end, looks, alarms, notChecked, undo }) => [
    `- **Watched:** ${startedAt} to ${endedAt ?? "unknown"}, ${looks} looks, ${alarms.length} alarms, ended ${end ?? "not yet, or killed"}; not checked: ${notChecked.map(({ check, why }) => `${check} (${why})`).join(", ") || "nothing"}`,
    ...alarms.map(
      ({ check, subject, detail, at, until }) =>
        `- **Alarm:** ${check}, ${subject}: ${oneLine(detail)}, ${at} to ${until ?? "the end"}`,
    ),
    ...(undo === null ? [] : [`- **Taken back by the watch:** ${undo.refused ?? `${undo.end} in run ${undo.runId}`}`]),
  ]);
}

function restored({ restore }: Report): string[] {
  if (restore === null) return [];
  const { backup, takenAt, aside, kept } = restore;
  const rows = (kept ?? []).map(({ table, rows, added, changed }) =>
    added === null
      ? `- **Newer than the backup:** ${table}, ${rows} rows, not all of them in the backup`
      : `- **Newer than the backup:** ${table}, ${added} rows more, ${changed} changed`,
  );
  return [
    `- **Restored:** ${backup}, taken ${takenAt ?? "at an unknown time"}`,
    `- **What was there before:** ${aside ?? "as it was"}${kept === null ? ", not counted" : ""}`,
    ...rows,
  ];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}

function cell(text: string): string {
  return oneLine(text).replaceAll("|", "\\|");
}
