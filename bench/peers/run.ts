import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Server, serverPrefixes, startMariadb, startMysql } from "../../test/servers/server.ts";
import {
  copy,
  cut,
  layouts,
  onServer,
  type Programs,
  prepare,
  type Release,
  settled,
  standing,
  untilStanding,
} from "./release.ts";
import { type Place, type Prepared, type Tool, tools } from "./tools.ts";

/**
 * Every tool brings the same release into the same database and is killed with -9, it and its children, as soon as the
 * n-th of the release's tables and foreign keys stands; then it is run again, as after any failure, and nothing else is
 * done. Whole: it then says that all is well, and the structure is what it makes when nothing disturbs it.
 */
interface Outcome {
  readonly point: number;
  /** How many of the release's objects stood when all was quiet after the kill. */
  readonly left: number;
  readonly isWhole: boolean;
  /** What the second run said, where it was not whole. */
  readonly said: string;
}

const points = 20;
const secondsAtMost = 120;

const { values } = parseArgs({ options: { json: { type: "boolean" }, tool: { type: "string", multiple: true } } });
const chosen = tools.filter(({ name }) => values.tool === undefined || values.tool.some((each) => name.includes(each)));

const results: { server: string; tool: string; layout: string; outcomes: Outcome[] }[] = [];
for (const engine of ["mariadb", "mysql"] as const) {
  const server = await (engine === "mysql" ? startMysql({ durable: true }) : startMariadb({ durable: true }));
  const prefixes = await serverPrefixes(["mariadb", "mysql"]);
  const toolsDir = join(prefixes.get(engine) ?? "", "bin");
  const programs = {
    dump: join(toolsDir, engine === "mysql" ? "mysqldump" : "mariadb-dump"),
    client: join(toolsDir, engine === "mysql" ? "mysql" : "mariadb"),
    // MySQL's own client does not take sqitch's `source` any more.
    mariadbClient: join(prefixes.get("mariadb") ?? "", "bin/mariadb"),
  };
  try {
    const release = await prepare(server, "peers_before");
    const name = `${engine === "mysql" ? "MySQL" : "MariaDB"} ${server.version.match(/^[\d.]+/)?.[0]}`;
    for (const tool of chosen) {
      for (const layout of tool.isCut ? layouts.slice(0, 1) : layouts) {
        const outcomes = await outcomesOf(tool, server, cut(release, layout), programs, toolsDir);
        const how = tool.isCut ? "as it is shipped" : layout;
        const [title, whole] = [`${tool.name} ${tool.version()}`.trim(), outcomes.filter(({ isWhole }) => isWhole)];
        results.push({ server: name, tool: title, layout: how, outcomes });
        console.error(`${name}, ${title}, ${how}: ${whole.length} of ${points} whole`);
      }
    }
  } finally {
    await server.stop();
  }
}
console.log(values.json ? JSON.stringify(results, null, 2) : markdown());

async function outcomesOf(
  tool: Tool,
  server: Server,
  release: Release,
  programs: Programs,
  toolsDir: string,
): Promise<Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-peers-"));
  const database = "peers";
  const url = `${server.url}/${database}`;
  const place: Place = {
    folder,
    database,
    port: Number(new URL(server.url).port),
    mariadbClient: programs.mariadbClient,
    toolsDir,
  };
  const anew = async () => {
    await copy(server, programs, "peers_before", database);
    if (tool.registry) await onServer(server, `drop database if exists ${tool.registry}`);
  };
  try {
    const prepared = tool.prepare(release, place);
    await anew();
    const undisturbed = await runs(prepared, url);
    const { whole, count } = await standing(url, release);
    if (undisturbed.status !== 0 || count !== release.objects) {
      throw new Error(`${tool.name} alone made ${count} of ${release.objects} objects: ${undisturbed.output}`);
    }
    const outcomes: Outcome[] = [];
    for (let point = 1; point <= points; point++) {
      await anew();
      await killedAt(prepared, url, release, Math.round((point * release.objects) / points));
      await settled(server.url);
      const left = (await standing(url, release)).count;
      const again = await runs(prepared, url);
      const isWhole = again.status === 0 && (await standing(url, release)).whole === whole;
      outcomes.push({ point, left, isWhole, said: isWhole ? "" : lastWords(again.output) });
    }
    return outcomes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function killedAt(prepared: Prepared, url: string, release: Release, objects: number): Promise<void> {
  const child = start(prepared, url);
  const exit = once(child, "close");
  await untilStanding(url, release, objects, () => child.exitCode !== null);
  if (child.exitCode === null && child.pid) process.kill(-child.pid, "SIGKILL");
  await exit;
}

async function runs(prepared: Prepared, url: string): Promise<{ status: number | null; output: string }> {
  const child = start(prepared, url);
  const timer = setTimeout(() => child.pid && process.kill(-child.pid, "SIGKILL"), secondsAtMost * 1000);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [status] = (await once(child, "close")) as [number | null];
  clearTimeout(timer);
  return { status, output };
}

/** In a process group of its own, so that a kill reaches the children too. */
function start({ command, args }: Prepared, url: string) {
  const child = spawn(command, args, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATABASE_URL: url },
  });
  child.stdout.resume();
  child.stderr.resume();
  return child;
}

/** The line that names the fault, less what belongs to this run alone. */
function lastWords(output: string): string {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const told = lines.find((line) => /\berror\b|already/i.test(line)) ?? lines.at(-1) ?? "";
  return told.replaceAll(/\S*\/frontdesk-peers-\w+\//g, "").slice(0, 160);
}

function markdown(): string {
  const rows = results.map(({ server, tool, layout, outcomes }) => {
    const whole = outcomes.filter(({ isWhole }) => isWhole).length;
    const [said = ""] = outcomes.flatMap((outcome) => (outcome.isWhole ? [] : [outcome.said]));
    return `| ${server} | ${tool} | ${layout} | ${whole} of ${outcomes.length} | ${said.replaceAll("|", "\\|")} |`;
  });
  return [
    "| server | tool | how the release is cut | whole after a second run | otherwise the second run said, for example |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}
