import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, open, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { createConnection } from "mysql2/promise";

export type ServerEngine = "mariadb" | "mysql";

/** A database server of our own: private data directory, port and socket, root without a password. */
export interface Server {
  readonly engine: ServerEngine;
  /** Without a database: `mysql://root@127.0.0.1:PORT`. */
  readonly url: string;
  readonly version: string;
  readonly socket: string;
  readonly dataDir: string;
  /** Of the process that runs now: another one after restart(). */
  readonly pid: number;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
  /** The server dies as in a power cut of the process: nothing is flushed, the data stays for restart(). */
  kill9(): Promise<void>;
  /** Shuts the server down properly if it still runs, and starts it on the same data and port. */
  restart(): Promise<void>;
}

export interface ServerOptions {
  /** Settle for nothing a production server would not do: binary log on, every commit synced to disk. */
  durable?: boolean;
  /** More options for the server's command line; they win over ours. */
  settings?: string[];
  /** Where its folder is made: a disk of the test's own. The temporary folder when left out. */
  within?: string;
}

export const startMariadb = (options: ServerOptions = {}) => start("mariadb", options);
export const startMysql = (options: ServerOptions = {}) => start("mysql", options);

const everywhere = ["--bind-address=127.0.0.1", "--skip-name-resolve", "--max-connections=300"];

// Flush at 2, not 0: a commit must outlive kill -9 of the server.
const fast = [
  "--skip-log-bin",
  "--innodb-flush-log-at-trx-commit=2",
  "--innodb-buffer-pool-size=64M",
  "--performance-schema=OFF",
];

const durable = ["--log-bin=binlog", "--binlog-format=ROW", "--sync-binlog=1", "--innodb-flush-log-at-trx-commit=1"];

const own = {
  mariadb: { program: "mariadbd", settings: ["--innodb-log-file-size=32M", "--server-id=1"] },
  mysql: { program: "mysqld", settings: ["--mysqlx=OFF", "--secure-file-priv="] },
};

const startSeconds = 60;

async function start(engine: ServerEngine, options: ServerOptions): Promise<Server> {
  const prefix = (await serverPrefixes([engine])).get(engine);
  if (!prefix) throw new Error(`No ${engine} server: script/servers ${engine} says what is missing.`);

  const dir = await mkdtemp(join(options.within ?? tmpdir(), `frontdesk-${engine}-`));
  const guardian = guard(dir);
  const dataDir = join(dir, "data");
  const socket = join(dir, "socket");
  await promisify(execFile)("cp", ["-a", "--reflink=auto", join(prefix, "data"), dataDir]);
  // A server that starts clears temporary files out of its folder, other servers' too.
  const temporary = join(dir, "tmp");
  await mkdir(temporary);

  const launch = (port: number) =>
    spawnServer(join(prefix, "bin", own[engine].program), join(dir, "log"), guardian, [
      `--user=${userInfo().username}`,
      `--datadir=${dataDir}`,
      `--port=${port}`,
      `--socket=${socket}`,
      `--tmpdir=${temporary}`,
      `--pid-file=${join(dir, "pid")}`,
      ...own[engine].settings,
      ...everywhere,
      ...(options.durable ? durable : fast),
      ...(options.settings ?? []),
    ]);

  let port = await freePort();
  let running = await launch(port);
  let version = await running.ready(port);
  for (let attempt = 1; version === null; attempt++) {
    if (attempt === 3) throw new Error(`${engine} did not start: ${await running.lastWords()}`);
    port = await freePort();
    running = await launch(port);
    version = await running.ready(port);
  }

  return {
    engine,
    url: `mysql://root@127.0.0.1:${port}`,
    version,
    socket,
    dataDir,
    get pid() {
      return running.pid;
    },
    async stop() {
      await guardian.finish();
      await running.exited();
    },
    kill9: () => running.end("SIGKILL"),
    async restart() {
      await running.end("SIGTERM");
      running = await launch(port);
      if ((await running.ready(port)) === null) {
        throw new Error(`${engine} did not start again: ${await running.lastWords()}`);
      }
    },
  };
}

/** Where script/servers keeps each engine; one that it could not bring is not in the answer. */
export async function serverPrefixes(engines: readonly ServerEngine[]): Promise<Map<ServerEngine, string>> {
  if (engines.length === 0) return new Map();
  const script = join(import.meta.dirname, "../../script/servers");
  const child = spawn(script, engines, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = (await child.stdout.setEncoding("utf8").toArray()).join("").split("\n");
  return new Map(
    engines.flatMap((engine) => {
      const line = lines.find((each) => each.startsWith(`${engine} `));
      return line ? [[engine, line.slice(engine.length + 1)]] : [];
    }),
  );
}

type Guardian = ReturnType<typeof guard>;

/**
 * A shell that outlives us however we die: its input then ends, and it kills the server and removes the directory.
 * It is told the process id of each server that runs, and an empty line when that one is gone.
 */
function guard(dir: string) {
  const script = `
    while read -r line; do pid=$line; done
    [ -z "$pid" ] || kill -9 "$pid"
    until rm -rf "$1"; do sleep 0.1; done`;
  const shell = spawn("/bin/sh", ["-c", script, "sh", dir], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  shell.unref();
  return {
    watch: (pid: number | "") => void shell.stdin.write(`${pid}\n`),
    async finish() {
      if (shell.exitCode !== null) return;
      shell.ref();
      shell.stdin.end();
      await once(shell, "exit");
    },
  };
}

async function spawnServer(program: string, log: string, guardian: Guardian, args: string[]) {
  const output = await open(log, "a");
  const child = spawn(program, args, { detached: true, stdio: ["ignore", output.fd, output.fd] });
  child.unref();
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => {
      guardian.watch("");
      resolve();
    });
  });
  await once(child, "spawn");
  await output.close();
  const pid = child.pid as number;
  guardian.watch(pid);

  return {
    pid,
    /** The server's version as soon as it answers, or null if it ends before that. */
    async ready(port: number): Promise<string | null> {
      const deadline = performance.now() + startSeconds * 1000;
      while (child.exitCode === null && child.signalCode === null) {
        const version = await versionOf(`mysql://root@127.0.0.1:${port}`).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== "ECONNREFUSED" || performance.now() > deadline) throw error;
        });
        if (version) return version;
        await sleep(25);
      }
      return null;
    },
    exited(): Promise<void> {
      child.ref();
      return exited;
    },
    end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
      child.kill(signal);
      return this.exited();
    },
    lastWords: async () => (await readFile(log, "utf8")).split("\n").slice(-20).join("\n"),
  };
}

export async function versionOf(url: string): Promise<string> {
  const connection = await createConnection(url);
  try {
    const [rows] = await connection.query("select version() as version");
    return (rows as { version: string }[])[0]?.version ?? "";
  } finally {
    connection.destroy();
  }
}

/** Below the range that outgoing connections draw from, so that it is still free at restart(). */
export async function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 12_000);
  const probe = createServer();
  try {
    await once(probe.listen(port, "127.0.0.1"), "listening");
  } catch {
    return freePort();
  }
  probe.close();
  await once(probe, "close");
  return port;
}
