import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** A server under load, in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  /** The most that was resident since it started, in MiB. */
  peakMemoryMib(): number;
  /** What it used of a core since it started. */
  cpuMs(): number;
  stop(): Promise<void>;
}

const startSeconds = 20;
/** The kernel's unit in /proc, the same on every Linux that Node runs on. */
const tickMs = 10;

/** Starts a program that listens on `PORT`, and waits until it does. @param program a script of Node's, or `bin/frontdesk` as users start it */
export async function startProcess(
  program: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const port = await freePort();
  const [first = "", ...rest] = program;
  const [command, args] = first.startsWith("bin/") ? [first, rest] : [process.execPath, program];
  const child = spawn(command, args, {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ["ignore", "ignore", "inherit"],
  });
  await listening(child, port);
  return {
    url: `http://127.0.0.1:${port}`,
    peakMemoryMib: () => Number(readFileSync(`/proc/${child.pid}/status`, "utf8").match(/VmHWM:\s+(\d+)/)?.[1]) / 1024,
    cpuMs() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      return (Number(fields[11]) + Number(fields[12])) * tickMs;
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

/** Runs a Node program to its end with JSON as its input. @returns what it printed, as JSON */
export async function runProcess<T>(program: string, input: object): Promise<T> {
  const child = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(input));
  return JSON.parse(await text(child.stdout)) as T;
}

async function listening(child: ChildProcess, port: number): Promise<void> {
  for (const deadline = performance.now() + startSeconds * 1000; performance.now() < deadline; await sleep(50)) {
    if (child.exitCode !== null) throw new Error(`A server of the measurement ended with ${child.exitCode}.`);
    const socket = connect(port, "127.0.0.1");
    const isOpen = await new Promise((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
  }
  child.kill();
  throw new Error(`A server of the measurement did not listen within ${startSeconds} seconds.`);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await once(probe.listen(0, "127.0.0.1"), "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  return port;
}
