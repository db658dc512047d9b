import { type Command, InvalidArgumentError, Option } from "commander";
import { PlanRefused } from "../deploy/plan.ts";
import type { Settings } from "../deploy/settings.ts";

/** Options that several of the commands of `frontdesk deploy` take. */

export const backupDir = () => new Option("--backup-dir <folder>", "where backups are kept").default(".data/backups");

export const toolsDir = () =>
  new Option("--tools-dir <folder>", "where the server's own mysqldump and mysql are, if not on the PATH");

export const hostTimeZone = () =>
  new Option("--host-time-zone <zone>", "what the DATETIMEs of a platform's tables mean, like Europe/Berlin or UTC");

export const lockBudget = () =>
  new Option("--lock-budget <seconds>", "how long a statement may wait for a lock before it lets others pass")
    .default(1)
    .argParser(wholeSeconds(60));

export const stallLimit = () =>
  new Option(
    "--stall-limit <duration>",
    "with --no-maintenance: how much longer than before others may wait, like 400ms or 2s; the lock budget and 150ms, if left out",
  ).argParser(milliseconds);

export const afterBackup = () =>
  new Option("--after-backup <command>", "takes the backup elsewhere; its manifest's path is in FRONTDESK_BACKUP");

/** For an alarm: a cron job's exit code. */
export const maxAge = (flag: string) =>
  new Option(`${flag} <hours>`, "1 as exit code where no whole backup is younger than this").argParser(hours);

/** How others are kept out meanwhile, and how it is known that all is well afterwards. */
export interface SafetyOptions {
  readonly maintenance: boolean;
  readonly reason: string;
  readonly retryAfter: number;
  readonly wait: number;
  readonly freezeHook?: string;
  readonly thawHook?: string;
  readonly hookTimeout: number;
  readonly smoke?: string;
  readonly healthUrl?: readonly string[];
  readonly healthPatience: number;
}

export function addSafetyOptions(command: Command): Command {
  return command
    .option("--no-maintenance", "let servers and workers go on meanwhile: zero downtime")
    .option("--reason <text>", "what callers are told during maintenance", "an update")
    .option("--retry-after <seconds>", "when callers should ask again", wholeSeconds(9999), 30)
    .option("--wait <seconds>", "how long servers and workers may take to stop", wholeSeconds(600), 30)
    .option("--freeze-hook <command>", "stops whatever else writes to the database, before the first statement")
    .option("--thaw-hook <command>", "starts it again, however the run ends; must do no harm where it runs")
    .option("--hook-timeout <seconds>", "after which a hook or the smoke command is ended", wholeSeconds(3600), 60)
    .option("--smoke <command>", "tries the new version before others are let in; 0 means well")
    .option("--health-url <url>", "must answer 200 to 399 afterwards; may be given again", another)
    .option("--health-patience <seconds>", "how long they may take to be well", wholeSeconds(3600), 30);
}

/** @throws PlanRefused where they contradict each other */
export function safetyOf(options: SafetyOptions): Pick<Settings, "maintenance" | "smoke" | "health"> {
  const { freezeHook = null, thawHook = null, hookTimeout: hookSeconds } = options;
  if (freezeHook !== null && thawHook === null) {
    throw new PlanRefused("--freeze-hook needs --thaw-hook: what is stopped must be started again.");
  }
  if (freezeHook !== null && !options.maintenance) {
    throw new PlanRefused("--freeze-hook stops the other writers, --no-maintenance lets ours go on. Give one of them.");
  }
  const { reason, retryAfter: retryAfterSeconds, wait: acknowledgeSeconds } = options;
  return {
    maintenance: options.maintenance
      ? { reason, retryAfterSeconds, acknowledgeSeconds, freezeHook, thawHook, hookSeconds }
      : null,
    smoke: options.smoke === undefined ? null : { command: options.smoke, seconds: hookSeconds },
    health: { urls: options.healthUrl ?? [], patienceSeconds: options.healthPatience },
  };
}

function wholeSeconds(atMost: number): (text: string) => number {
  return (text) => {
    const seconds = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
    if (seconds < 1 || seconds > atMost) throw new InvalidArgumentError(`It must be whole seconds, 1 to ${atMost}.`);
    return seconds;
  };
}

const unitMilliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Of a duration like 400ms, 90s, 30m or 2h; at most a week. */
export function milliseconds(text: string): number {
  const [, count = "", unit = ""] = /^([1-9]\d{0,6})(ms|s|m|h)$/.exec(text) ?? [];
  const length = Number(count) * (unitMilliseconds[unit] ?? 0);
  if (length < 1 || length > 7 * 24 * 3_600_000) {
    throw new InvalidArgumentError("It must be a duration like 400ms, 90s, 30m or 2h.");
  }
  return length;
}

function hours(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError("It must be whole hours, 1 to 9999.");
  return Number(text);
}

/** One URL more than before. */
export function another(url: string, before: readonly string[] = []): readonly string[] {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new InvalidArgumentError("It must be like http://localhost:3000/readyz.");
  }
  return [...before, url];
}
