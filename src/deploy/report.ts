import { sha256 } from "../ids.ts";
import { fingerprint } from "./catalogue.ts";
import { criteriaOf } from "./criteria.ts";
import { type Run, stepsOf } from "./journal.ts";
import { stepsIn } from "./plan.ts";
import type { PlanFile } from "./plan-file.ts";
import type { ProberNotes } from "./prober/probing.ts";
import type { Report } from "./report-schema.ts";
import { notesOf } from "./restore/notes.ts";
import type { Settings } from "./settings.ts";
import { nameOf, type Target } from "./target.ts";

/** What the command line knows of a run and its report is to say. */
export interface RunNotes {
  /** user@host */
  readonly by: string;
  readonly plan: Report["plan"];
}

export function notesOfPlan({ plan, sha256: hash, approvals }: PlanFile): NonNullable<Report["plan"]> {
  const words = approvals.map(({ role, name, at, decision }) => ({ role, name, at, decision }));
  return { sha256: hash, madeBy: plan.madeBy, approvals: words, contacts: plan.contacts };
}

/** All that the journal knows of a run, ended or not. */
export async function reportOf(target: Target, run: Run): Promise<Report> {
  const { progress, releases, before, expected, owner, startedAt, endedAt } = run;
  const notes = run.notes as Partial<Report & RunNotes>;
  const statements = (await stepsOf(target, run.id)).map(({ ordinal, name, state, milliseconds }) => ({
    ordinal,
    name,
    state,
    milliseconds,
  }));
  const { goal, end, phase, reason } = progress;
  const report: Omit<Report, "criteria"> = {
    format: 1,
    id: run.id,
    database: { name: nameOf(target), engine: target.engine },
    goal,
    end,
    phase,
    reason,
    releases: releases.map(({ release }) => release),
    by: notes.by ?? `process ${owner.pid}`,
    host: owner.host,
    startedAt,
    endedAt,
    planSha256: sha256(JSON.stringify(stepsIn(releases).map(({ up, down }) => [up, down]))),
    plan: notes.plan ?? null,
    statements,
    migrationMilliseconds: statements.reduce((sum, { milliseconds }) => sum + (milliseconds ?? 0), 0),
    frozenMilliseconds: notes.frozenMilliseconds ?? null,
    lockWaits: notes.lockWaits ?? 0,
    fingerprints: { before: fingerprint(before), expected: expected && fingerprint(expected) },
    prober: proberOf(target, run),
    backup: notes.backup ?? null,
    rehearsal: notes.rehearsal ?? null,
    smoke: notes.smoke ?? null,
    health: notes.health ?? [],
    healthBefore: notes.healthBefore ?? [],
    watch: notes.watch ?? [],
    quarantined: notes.quarantined ?? [],
    restore: restoreOf(run),
    switchedOff: switchedOff(run),
  };
  return { ...report, criteria: criteriaOf(report) };
}

function proberOf({ engine }: Target, { settings, notes, endedAt }: Run): Report["prober"] {
  const { prober } = settings as Partial<Settings>;
  if (!prober) return null;
  const { notMeasured = null, figures = null } = (notes.prober ?? {}) as Partial<ProberNotes>;
  const whyNot = engine === "sqlite" ? oneTransaction : endedAt === null ? "not ended" : "no statement was sent";
  return {
    stallLimitMilliseconds: prober.stallLimitMilliseconds,
    notMeasured: figures === null ? (notMeasured ?? whyNot) : null,
    kinds: (figures?.kinds ?? []).map(({ tables, ...kind }) => ({ ...kind, tables: [...tables] })),
    connectionsLost: figures?.connectionsLost ?? 0,
    ownDelayMilliseconds: figures?.ownDelayMilliseconds ?? 0,
  };
}

const oneTransaction =
  "on SQLite all statements are one transaction that holds the file: others read what was there before, and write once it has ended";

function restoreOf(run: Run): Report["restore"] {
  const { restore } = run.settings as Partial<Settings>;
  if (!restore) return null;
  const { backup, aside = null, otherSchemas = null, kept = null } = notesOf(run) ?? {};
  return {
    backup: restore.backup,
    takenAt: backup?.takenAt ?? null,
    snapshot: backup?.snapshot ?? null,
    aside,
    otherSchemas,
    kept: kept && [...kept],
  };
}

function switchedOff({ settings, progress, before }: Run): string[] {
  const { rehearsal, maintenance } = settings as Partial<Settings>;
  if (Object.keys(before.tables).length === 0) return [];
  const noBackup = progress.goal === "migrate" && rehearsal?.withRows === false;
  return [...(noBackup ? ["backup (--skip-backup)"] : []), ...(maintenance ? [] : ["maintenance (--no-maintenance)"])];
}
