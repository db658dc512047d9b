/** How a run is to be made; kept with it in the journal, so that `resume` goes on in the same way. Holds no secret. */
export interface Settings {
  /** Seconds that one attempt at a statement may wait for a lock. */
  readonly lockBudgetSeconds: number;
  /** Seconds over all attempts at one statement. */
  readonly lockPatienceSeconds: number;
  /** Seconds for which a lost server is waited for. */
  readonly reconnectSeconds: number;
  /** Backup and rehearsal beforehand; null for a database that holds nothing yet. */
  readonly rehearsal: RehearsalSettings | null;
}

export interface RehearsalSettings {
  /** Where backups are kept. */
  readonly directory: string;
  /** Where the server's own client tools are; null: on the PATH. */
  readonly toolsDir: string | null;
  /** false: only the structure is copied and rehearsed, and no backup is kept. */
  readonly withRows: boolean;
}

export const defaultSettings: Settings = {
  lockBudgetSeconds: 1,
  lockPatienceSeconds: 30,
  reconnectSeconds: 30,
  rehearsal: null,
};
