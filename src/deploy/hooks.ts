import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "./target.ts";

export interface HookOptions {
  /** Then everything that it started is ended too. */
  readonly timeoutSeconds: number;
  /** All that the command gets; secrets belong here and not into the command. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Texts that are left out of its output. */
  readonly secrets?: readonly string[];
}

/** How a command ended; `failure` is a sentence for people, null where it exited with 0. */
export interface HookOutcome {
  readonly command: string;
  readonly failure: string | null;
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly milliseconds: number;
  /** The last lines of stdout and stderr, as they came. */
  readonly output: string;
}

/** What the command's processes may take to end after SIGTERM, before SIGKILL. */
const graceMilliseconds = 1000;
const outputLines = 20;
const outputBytes = 8000;

/**
 * Runs a person's command by `sh -c`, in a process group of its own: a Ctrl-C for us does not reach it, and at the time
 * limit the whole group ends. What it leaves running when it ends by itself (a service that it started) is left alone.
 */
export async function runHook(command: string, options: HookOptions): Promise<HookOutcome> {
  const began = performance.now();
  // A file and not a pipe: what outlives the command neither keeps us waiting nor breaks when we go.
  const output = openScratch();
  try {
    const child = spawn("sh", ["-c", command], {
      detached: true,
      stdio: ["ignore", output, output],
      env: options.env,
    });
    const exit = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
    const timedOut = await endsLate(exit, options.timeoutSeconds * 1000);
    if (timedOut) await endGroup(child.pid as number, exit);
    const [exitCode, signal] = await exit;
    const failure = failureOf(exitCode, signal, timedOut ? options.timeoutSeconds : null);
    const milliseconds = Math.round(performance.now() - began);
    return { command, failure, exitCode, timedOut, milliseconds, output: lastLines(output, options.secrets ?? []) };
  } finally {
    closeSync(output);
  }
}

/** The database's address stays with us: it holds a password. */
export function hookEnvironment({ engine, url }: Target, environment: HookOptions["env"]) {
  const { DATABASE_URL: _, ...env } = environment;
  const password = engine === "sqlite" ? "" : decodeURIComponent(new URL(url).password);
  return { env, secrets: [password] };
}

/** A command of the operator's that tries the new version, let in by the token in FRONTDESK_MAINTENANCE_TOKEN. */
export async function runSmoke(
  command: string,
  { allowToken, ...options }: HookOptions & { readonly allowToken: string | null },
): Promise<HookOutcome> {
  if (allowToken === null) return runHook(command, options);
  const env = { ...options.env, FRONTDESK_MAINTENANCE_TOKEN: allowToken };
  return runHook(command, { ...options, env, secrets: [...(options.secrets ?? []), allowToken] });
}

/** Readable and writable by this process and its children alone: it has no name. */
function openScratch(): number {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-hook-"));
  try {
    return openSync(join(folder, "output"), "a+", 0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function endsLate(exit: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(milliseconds, true, { signal: timer.signal }).catch(() => false);
  const timedOut = await Promise.race([exit.then(() => false), late]);
  timer.abort();
  return timedOut;
}

/** The group may outlive its shell, so it is ended by its own number. */
async function endGroup(group: number, exit: Promise<unknown>): Promise<void> {
  signalGroup(group, "SIGTERM");
  const deadline = performance.now() + graceMilliseconds;
  while (signalGroup(group, 0) && performance.now() < deadline) await sleep(20);
  signalGroup(group, "SIGKILL");
  await exit;
}

function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}

function failureOf(exitCode: number | null, signal: string | null, limitSeconds: number | null): string | null {
  if (limitSeconds !== null) return `It took longer than ${limitSeconds} s and was ended.`;
  if (signal !== null) return `It was ended by ${signal}.`;
  return exitCode === 0 ? null : `It ended with exit code ${exitCode}.`;
}

function lastLines(file: number, secrets: readonly string[]): string {
  const { size } = fstatSync(file);
  const buffer = Buffer.alloc(Math.min(size, outputBytes));
  const length = readSync(file, buffer, 0, buffer.length, size - buffer.length);
  const text = buffer.toString("utf8", 0, length);
  return secrets
    .filter((secret) => secret !== "")
    .reduce((shown, secret) => shown.replaceAll(secret, "[left out]"), text)
    .trimEnd()
    .split("\n")
    .slice(-outputLines)
    .join("\n");
}
