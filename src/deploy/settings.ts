import type { Retention } from "./backup/retention.ts";

/** How a run is to be made; kept with it in the journal, so that `resume` goes on in the same way. Holds no secret. */
export interface Settings {
  /** Where each entry of the journal is kept a second time, in a file; null: nowhere. */
  readonly mirrorFolder: string | null;
  /** What the wall-clock times of a platform's tables mean, an IANA zone; null where nobody said. */
  readonly hostTimeZone: string | null;
  /** Goes on although somebody changed tables that this program made. */
  readonly acceptDrift: boolean;
  /** Seconds that one attempt at a statement may wait for a lock. */
  readonly lockBudgetSeconds: number;
  /** Seconds over all attempts at one statement. */
  readonly lockPatienceSeconds: number;
  /** Seconds for which a lost server is waited for. */
  readonly reconnectSeconds: number;
  /** Backup and rehearsal beforehand; null for a database that holds nothing yet. */
  readonly rehearsal: RehearsalSettings | null;
  /** null: a deployment, not a restore. */
  readonly restore: RestoreSettings | null;
  /** null: zero downtime, or nobody works on the database. */
  readonly maintenance: MaintenanceSettings | null;
  /** How others are watched while they go on; null: they are not. Measured on servers, and without maintenance. */
  readonly prober: ProberSettings | null;
  /** Tried before others are let in again. */
  readonly smoke: { readonly command: string; readonly seconds: number } | null;
  /** Asked afterwards, each for so long until it is well. */
  readonly health: { readonly urls: readonly string[]; readonly patienceSeconds: number };
}

export interface MaintenanceSettings {
  /** What callers are told. */
  readonly reason: string;
  readonly retryAfterSeconds: number;
  /** How long servers and workers may take to stop. */
  readonly acknowledgeSeconds: number;
  /** Commands that stop and start whatever else writes to the database. Starting what runs must do no harm. */
  readonly freezeHook: string | null;
  readonly thawHook: string | null;
  readonly hookSeconds: number;
}

export interface RehearsalSettings {
  /** Where backups are kept. */
  readonly directory: string;
  /** Where the server's own client tools are; null: on the PATH. */
  readonly toolsDir: string | null;
  /** false: only the structure is copied and rehearsed, and no backup is kept. */
  readonly withRows: boolean;
  /** Again once everybody has stopped, so that the backup holds the very last row. */
  readonly inFreeze?: boolean;
  /** A command that takes the backup elsewhere: its manifest's path is in FRONTDESK_BACKUP. */
  readonly afterBackup?: string | null;
  /** Which older ones go afterwards; none, if left out. */
  readonly retention?: Retention | null;
}

export interface ProberSettings {
  /** By how much an answer to others may take longer than before, while a statement of ours runs or waits. */
  readonly stallLimitMilliseconds: number;
}

export interface RestoreSettings {
  /** The manifest's path. */
  readonly backup: string;
  /** Where the server's own client tools are; null: on the PATH. */
  readonly toolsDir: string | null;
}

export const defaultSettings: Settings = {
  mirrorFolder: null,
  hostTimeZone: null,
  acceptDrift: false,
  lockBudgetSeconds: 1,
  lockPatienceSeconds: 30,
  reconnectSeconds: 30,
  rehearsal: null,
  restore: null,
  maintenance: null,
  prober: null,
  smoke: null,
  health: { urls: [], patienceSeconds: 30 },
};
