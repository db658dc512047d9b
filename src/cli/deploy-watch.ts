import { type Command, InvalidArgumentError } from "commander";
import { mistakenVariables, readConfig } from "../config.ts";
import { messageAfter } from "../deploy/messages.ts";
import { nameOf, type Target } from "../deploy/target.ts";
import type { WatchSettings } from "../deploy/watch/eyes.ts";
import type { LogPattern } from "../deploy/watch/look-log.ts";
import { messageOfAlarm } from "../deploy/watch/message.ts";
import { type Limits, usualLimits } from "../deploy/watch/sighting.ts";
import { NothingToWatch, RunIsOpen, type Watched, watch } from "../deploy/watch/watch.ts";
import { another, milliseconds } from "./deploy-options.ts";
import { findReport, hasPlace, type MessageOptions } from "./deploy-report.ts";
import { wishToStop } from "./environment.ts";
import { exitCodes } from "./exit-codes.ts";
import { type Output, type OutputOptions, outputOf } from "./output.ts";
import { onTarget } from "./target.ts";

/** 0 nothing found · 1 an alarm, and not taken back · 20 taken back · 30 held, a person is needed · 2 usage. */
const [found, usage] = [1, 2];

interface WatchOptions extends OutputOptions, MessageOptions {
  readonly for: number;
  readonly every: number;
  readonly referencesEvery: number;
  readonly healthUrl?: readonly string[];
  readonly metricsUrl?: readonly string[];
  readonly watchLog?: readonly LogPattern[];
  readonly undo?: boolean;
  readonly maxErrors: number;
  readonly minRequests: number;
  readonly maxSlowQueries: number;
  readonly maxConnections: number;
  readonly maxMemoryGrowth: number;
  readonly looks: number;
}

/** @param command made with the options for output and messages */
export function addWatchCommand(command: Command): void {
  const limits = usualLimits;
  command
    .description(
      "look after the last run: health, logs, errors, references, the server; 0 if nothing is found, 1 for an alarm, 20 if taken back",
    )
    .option("--for <duration>", "for how long, like 90s, 30m or 24h", milliseconds, milliseconds("30m"))
    .option("--every <duration>", "how often", milliseconds, milliseconds("5s"))
    .option("--references-every <duration>", "how often rows that refer to nothing are counted", milliseconds, 60_000)
    .option("--health-url <url>", "must answer 200 to 399; may be given again", another)
    .option("--metrics-url <url>", "/metrics of one server process, read with METRICS_TOKEN", another)
    .option("--watch-log <file:regex>", "alarm for each new line of the file that matches; may be given again", pattern)
    .option("--undo", "take the run back at the first alarm that this may mend, as rollback would")
    .option(
      "--looks <count>",
      "alarm only after so many looks in a row, where noise is normal",
      number,
      limits.looksInARow,
    )
    .option("--max-errors <percent>", "of the answers between two looks that may be 5xx", number, limits.errorPercent)
    .option("--min-requests <count>", "fewer between two looks are no share", number, limits.fewestRequests)
    .option("--max-slow-queries <count>", "a minute", number, limits.slowQueriesPerMinute)
    .option("--max-connections <percent>", "of what the server allows", number, limits.connectionPercent)
    .option("--max-memory-growth <MiB>", "since the first look", number, limits.memoryGrowthMebibytes)
    .action(watchRun);
}

async function watchRun(options: WatchOptions): Promise<void> {
  const settings = settingsOf(options);
  const output = outputOf(options);
  try {
    await onTarget(async (target) => {
      const { environment, wish } = { environment: process.env, wish: wishToStop() };
      output.say(
        `watching for ${minutes(settings.forMilliseconds)}, a look every ${settings.everyMilliseconds / 1000} s`,
      );
      const watched = await watch(target, settings, {
        ...{ environment, wish, say: output.say },
        tell: async (alarm, run) => {
          const text = messageOfAlarm(alarm, run, nameOf(target));
          output.conclude(text.trimEnd(), { alarm, run: run.id });
          await sent(() => hasPlace(text, alarm.until === null ? "alarm" : "well again", options), output);
        },
      });
      process.exitCode = exitCodeOf(watched);
      output.conclude(summary(watched), { ...watched });
      await spread(target, watched, options, output);
    });
  } catch (error) {
    if (!(error instanceof NothingToWatch) && !(error instanceof RunIsOpen)) throw error;
    output.say(error.message);
    process.exitCode = error instanceof RunIsOpen ? exitCodes.held : usage;
  }
}

function settingsOf(options: WatchOptions): WatchSettings {
  const limits: Limits = {
    errorPercent: options.maxErrors,
    fewestRequests: options.minRequests,
    slowQueriesPerMinute: options.maxSlowQueries,
    connectionPercent: options.maxConnections,
    memoryGrowthMebibytes: options.maxMemoryGrowth,
    looksInARow: options.looks,
  };
  const url = options.metricsUrl?.at(-1);
  const { metricsToken: token } = readConfig(process.env);
  if (url !== undefined && token === null) {
    throw mistakenVariables(["METRICS_TOKEN: Is missing; --metrics-url is read with it."]);
  }
  return {
    forMilliseconds: options.for,
    everyMilliseconds: options.every,
    referencesEveryMilliseconds: options.referencesEvery,
    healthUrls: options.healthUrl ?? [],
    metrics: url === undefined || token === null ? null : { url, token },
    logs: options.watchLog ?? [],
    limits,
    undo: options.undo ?? false,
  };
}

function exitCodeOf({ end, alarms }: Watched): number {
  if (end === "undone" || end === "held") return exitCodes[end];
  return alarms.length > 0 ? found : 0;
}

const endWords: Record<Watched["end"], string> = {
  over: "the time is over",
  stopped: "stopped",
  superseded: "another run has begun",
  undone: "the run was taken back; the database is as it was before it",
  held: "the undo is held: a person is needed. Next: frontdesk deploy status, then frontdesk deploy resume",
};

function summary({ runId, end, looks, alarms, notChecked }: Watched): string {
  return [
    `Run ${runId}: ${looks} looks, ${alarms.length} alarms; ${endWords[end]}.`,
    ...alarms.map(
      ({ check, subject, detail, until }) => `${until === null ? "ALARM" : "over "}  ${check}, ${subject}: ${detail}`,
    ),
    ...notChecked.map(({ check, why }) => `not checked: ${check} (${why})`),
  ].join("\n");
}

/** Of the run that took back, as `deploy rollback` tells of it. */
async function spread(target: Target, { undo }: Watched, options: MessageOptions, output: Output): Promise<void> {
  const runId = undo?.ending?.runId;
  if (runId == null) return;
  await sent(
    async () => hasPlace(messageAfter("rollback", await findReport(target, runId)), "rollback", options),
    output,
  );
}

/** A message that nobody takes changes nothing about what is watched. */
async function sent(send: () => Promise<unknown>, { say }: Output): Promise<void> {
  try {
    await send();
  } catch (error) {
    say((error as Error).message);
  }
}

function pattern(text: string, before: readonly LogPattern[] = []): readonly LogPattern[] {
  const [, file, source] = /^([^:]+):(.+)$/s.exec(text) ?? [];
  if (file === undefined || source === undefined) throw new InvalidArgumentError("It must be like app.log:ERROR.");
  try {
    return [...before, { file, pattern: new RegExp(source) }];
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function number(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError("It must be a whole number, 0 to 999999.");
  return Number(text);
}

function minutes(length: number): string {
  return length < 60_000 ? `${length / 1000} s` : `${Math.round(length / 60_000)} min`;
}
