import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Lease } from "../db/maintenance.ts";
import {
  awaitAcknowledged,
  awaitDiscovery,
  enterMaintenance,
  leaveMaintenance,
  newAllowToken,
  type ProcessRow,
  readMaintenance,
} from "../deploy/maintenance.ts";
import type { Target } from "../deploy/target.ts";
import { orOne } from "./target.ts";

const person = "person";

export function addCommands(program: Command): void {
  const maintenance = program.command("maintenance").description("close every server and worker of a database");
  maintenance
    .command("on")
    .description("refuse requests and pause chores; 0 once every process has stopped, 1 if one has not")
    .option("--reason <text>", "what callers are told", oneLine, "planned maintenance")
    .option("--retry-after <seconds>", "when callers should ask again", seconds, 60)
    .option("--for <duration>", "until it ends by itself, like 90s, 30m or 2h; until `off`, if left out", duration)
    .option("--wait <seconds>", "how long to wait for the processes", seconds, 30)
    .addOption(tokenFile())
    .addOption(stateFile())
    .action(turnOn);
  maintenance
    .command("off")
    .description("let everything go on")
    .option("--force", "also where a deployment put it on")
    .addOption(tokenFile())
    .addOption(stateFile())
    .action(turnOff);
  maintenance
    .command("status")
    .description("say whether it is on, and which process has stopped")
    .option("--json", "as one line of JSON")
    .action(showMaintenance);
}

const tokenFile = () =>
  new Option("--token-file <file>", "where the token goes that lets a request in").default(".data/maintenance-token");
const stateFile = () =>
  new Option("--maintenance-file <file>", "a file that is there while it is on, for a proxy or another program");

interface OnOptions {
  readonly reason: string;
  readonly retryAfter: number;
  readonly for?: number;
  readonly wait: number;
  readonly tokenFile: string;
  readonly maintenanceFile?: string;
}

async function turnOn(options: OnOptions): Promise<void> {
  await orOne(async (target) => {
    await awaitDiscovery(target);
    const allowToken = newAllowToken();
    const generation = await enterMaintenance(target, {
      owner: person,
      reason: options.reason,
      retryAfterSeconds: options.retryAfter,
      ttlSeconds: options.for ?? null,
      allowToken,
    });
    keep(options.tokenFile, `${allowToken}\n`);
    const { lease } = await readMaintenance(target);
    if (options.maintenanceFile !== undefined) keep(options.maintenanceFile, `${JSON.stringify(told(lease))}\n`, 0o644);
    console.log(headline(lease));
    console.log(`The token that lets a request in (header Frontdesk-Maintenance-Token) is in ${options.tokenFile}`);
    const { acknowledged, missing } = await awaitAcknowledged(target, generation, { timeoutMs: options.wait * 1000 });
    for (const process of acknowledged) console.log(line(process, "stopped"));
    for (const process of missing) console.log(line(process, "STILL AT WORK"));
    if (missing.length > 0) process.exitCode = 1;
  });
}

interface OffOptions {
  readonly force?: boolean;
  readonly tokenFile: string;
  readonly maintenanceFile?: string;
}

async function turnOff({ force = false, tokenFile, maintenanceFile }: OffOptions): Promise<void> {
  await orOne(async (target) => {
    const { lease } = await readMaintenance(target);
    if (lease !== null && lease.owner !== person && !force) throw new Error(belongsToDeployment(lease));
    await leaveMaintenance(target, lease?.owner ?? person);
    for (const file of [tokenFile, maintenanceFile]) if (file !== undefined) rmSync(file, { force: true });
    console.log(lease === null ? "Maintenance was off." : "Maintenance is off; every process goes on within a second.");
  });
}

function belongsToDeployment({ owner, begun }: Lease): string {
  const risk = begun
    ? "It has begun: the database may be changed in part."
    : "It has not begun to change anything yet.";
  return `Maintenance belongs to the deployment ${owner}. ${risk}
\`frontdesk deploy status\` says where it is; \`frontdesk deploy resume\` or \`frontdesk deploy abort\` ends it and takes maintenance off.
--force takes it off all the same.`;
}

async function showMaintenance({ json = false }: { json?: boolean }): Promise<void> {
  await orOne(async (target: Target) => {
    const { lease, processes } = await readMaintenance(target);
    if (json) return console.log(JSON.stringify({ ...told(lease), processes: processes.map(toldOf(lease)) }));
    console.log(headline(lease));
    for (const process of processes) console.log(line(process, stateOf(lease, process)));
    if (processes.length === 0) console.log("No process is registered.");
  });
}

function headline(lease: Lease | null): string {
  if (lease === null) return "Maintenance is off.";
  const { owner, reason, sinceMs, untilMs, begun } = lease;
  const end = begun || untilMs === null ? "until it is taken off" : `until ${iso(untilMs)}`;
  return `Maintenance is on since ${iso(sinceMs)}, ${end}, by ${owner}: ${reason}`;
}

/** For programs; without the token's hash. */
function told(lease: Lease | null) {
  if (lease === null) return { on: false };
  const { owner, reason, sinceMs, untilMs, begun, retryAfterSeconds, generation } = lease;
  const until = begun || untilMs === null ? null : iso(untilMs);
  return { on: true, owner, reason, since: iso(sinceMs), until, begun, retryAfterSeconds, generation };
}

function toldOf(lease: Lease | null) {
  return (process: ProcessRow) => {
    const { id, kind, host, pid, version, startedMs, seenMs } = process;
    const dates = { startedAt: iso(startedMs), seenAt: iso(seenMs) };
    return { id, kind, host, pid, version, ...dates, state: stateOf(lease, process) };
  };
}

function stateOf(lease: Lease | null, { live, acknowledgedGeneration }: ProcessRow): string {
  if (!live) return "gone";
  if (lease === null) return "at work";
  return acknowledgedGeneration === lease.generation ? "stopped" : "STILL AT WORK";
}

function line({ kind, host, pid, version, seenMs }: ProcessRow, state: string): string {
  return `${kind.padEnd(5)}  ${state}  ${host} pid ${pid}, version ${version}, seen ${iso(seenMs)}`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Whole or not at all; who reads it never sees half of it. */
function keep(file: string, text: string, mode = 0o600): void {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, text, { mode, flag: "wx" });
  renameSync(fresh, file);
}

function oneLine(text: string): string {
  if (!/^[^\p{Cc}]{1,200}$/u.test(text)) throw new InvalidArgumentError("It must be one line of 1 to 200 characters.");
  return text;
}

function seconds(text: string): number {
  if (!/^([1-9]\d{0,3})$/.test(text)) throw new InvalidArgumentError("It must be whole seconds, 1 to 9999.");
  return Number(text);
}

function duration(text: string): number {
  const match = /^([1-9]\d{0,5})([smh])$/.exec(text);
  if (match === null) throw new InvalidArgumentError("It must be like 90s, 30m or 2h.");
  return Number(match[1]) * { s: 1, m: 60, h: 3600 }[match[2] as "s" | "m" | "h"];
}
