import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { connectionOptions } from "../../db/servers.ts";
import type { Target } from "../target.ts";

/** What the backup needs is not there; the message says what to install or to name. */
export class ToolMissing extends Error {
  override readonly name = "ToolMissing";
}

type Kind = "dump" | "client";

const programs = {
  mysql: { dump: ["mysqldump"], client: ["mysql"] },
  mariadb: { dump: ["mariadb-dump", "mysqldump"], client: ["mariadb", "mysql"] },
} as const;

/**
 * The server's own tool, told apart by its --version: Debian's `mysqldump` is MariaDB's, and on MySQL it makes, without
 * an error, a dump that cannot be loaded.
 */
export function findTool({ engine }: Target, kind: Kind, toolsDir: string | null): { path: string; version: string } {
  if (engine === "sqlite") throw new Error("SQLite needs no tool.");
  const seen: string[] = [];
  for (const name of programs[engine][kind]) {
    const path = toolsDir === null ? name : join(toolsDir, name);
    const { stdout, error } = spawnSync(path, ["--version"], { encoding: "utf8" });
    if (error) continue;
    const version = stdout.trim();
    if (/mariadb/i.test(version) === (engine === "mariadb")) return { path, version };
    seen.push(`${path} is ${version}`);
  }
  const wanted = programs[engine][kind].join(" or ");
  throw new ToolMissing(
    `No ${wanted} of ${engine === "mysql" ? "MySQL" : "MariaDB"} was found${seen.length > 0 ? ` (${seen.join("; ")})` : ""}. ` +
      `Install the client tools of the server's own kind, or name their folder with --tools-dir.`,
  );
}

/** The password goes by the environment of this one child: never by its arguments, and by no file that could stay behind. */
export function startTool(path: string, url: string, args: readonly string[], stdin: "ignore" | "pipe"): ChildProcess {
  const { host, port, user, password, ssl } = connectionOptions(url);
  return spawn(
    path,
    [
      `--host=${host}`,
      `--port=${port}`,
      `--user=${user}`,
      "--protocol=tcp",
      "--default-character-set=utf8mb4",
      ...(ssl ? ["--ssl"] : []),
      ...args,
    ],
    { stdio: [stdin, "pipe", "pipe"], env: { PATH: process.env.PATH, MYSQL_PWD: password } },
  );
}

/** Resolves with the exit: a child that was killed, or that ended with another code than 0, is an error in its own words. */
export function exitOf(child: ChildProcess, name: string): Promise<void> {
  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words = `${words}${text}`.slice(-2000);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${name} ended with ${signal ?? `code ${code}`}: ${words.trim() || "it said nothing"}`));
    });
  });
}
