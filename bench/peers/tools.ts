import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Release } from "./release.ts";
import { release as wanted } from "./release.ts";

/** A tool that brings the release into a database, ready in a folder of its own. */
export interface Prepared {
  readonly command: string;
  readonly args: readonly string[];
}

export interface Place {
  readonly folder: string;
  readonly database: string;
  readonly port: number;
  /** MariaDB's command line client. */
  readonly mariadbClient: string;
  /** Where the server's own tools are. */
  readonly toolsDir: string;
}

export interface Tool {
  readonly name: string;
  readonly version: () => string;
  /** Writes the release's migrations as the tool's manual shows them. */
  readonly prepare: (release: Release, place: Place) => Prepared;
  /** A database that it makes beside the one it is asked about. */
  readonly registry?: string;
  /** Its migrations come with the release: there is nothing to cut. */
  readonly isCut?: true;
}

const root = join(import.meta.dirname, "../..");
const packages = join(import.meta.dirname, "packages/node_modules");
const versionOf = (name: string) =>
  execFileSync(process.execPath, ["-p", `require("${join(packages, name, "package.json")}").version`], {
    encoding: "utf8",
  }).trim();
const ups = (migration: Release["migrations"][number]) => migration.steps.map(({ up }) => up);
const downs = (migration: Release["migrations"][number]) => migration.steps.map(({ down }) => down).toReversed();
const script = (statements: readonly string[]) => statements.map((statement) => `${statement};\n`).join("");

const frontdesk: Tool = {
  name: "frontdesk",
  version: () => "",
  isCut: true,
  registry: "peers_frontdesk",
  prepare: (_, { toolsDir, folder }) => ({
    command: join(root, "bin/frontdesk"),
    args: [
      ...["deploy", "run", "--to", wanted, "--yes", "--no-maintenance", "--host-time-zone", "UTC"],
      ...["--tools-dir", toolsDir, "--backup-dir", join(folder, "backups")],
    ],
  }),
};

const dbmate: Tool = {
  name: "dbmate",
  version: () => versionOf("dbmate"),
  prepare({ migrations }, { folder }) {
    write(
      join(folder, "migrations"),
      migrations.map((each) => [
        `${each.id}.sql`,
        `-- migrate:up\n${script(ups(each))}\n-- migrate:down\n${script(downs(each))}`,
      ]),
    );
    return {
      command: join(packages, ".bin/dbmate"),
      args: ["--migrations-dir", join(folder, "migrations"), "--no-dump-schema", "migrate"],
    };
  },
};

const knex: Tool = {
  name: "knex",
  version: () => versionOf("knex"),
  prepare({ migrations }, { folder, database, port }) {
    const run = (name: string, statements: readonly string[]) =>
      `exports.${name} = async (knex) => {\n  for (const sql of ${JSON.stringify(statements)}) await knex.raw(sql);\n};\n`;
    write(
      join(folder, "migrations"),
      migrations.map((each) => [`${each.id}.js`, run("up", ups(each)) + run("down", downs(each))]),
    );
    write(folder, [
      [
        "knexfile.js",
        `module.exports = ${JSON.stringify({ client: "mysql2", connection: { host: "127.0.0.1", port, user: "root", database } })};\n`,
      ],
    ]);
    symlinkSync(packages, join(folder, "node_modules"));
    return {
      command: join(packages, ".bin/knex"),
      args: ["migrate:latest", "--knexfile", join(folder, "knexfile.js")],
    };
  },
};

const umzug: Tool = {
  name: "umzug with sequelize",
  version: () => versionOf("umzug"),
  prepare({ migrations }, { folder }) {
    write(
      join(folder, "migrations"),
      migrations.map((each) => [`${each.id}.json`, JSON.stringify({ up: ups(each), down: downs(each) })]),
    );
    return {
      command: process.execPath,
      args: [join(import.meta.dirname, "packages/umzug.mjs"), join(folder, "migrations")],
    };
  },
};

const sqitch: Tool = {
  name: "sqitch",
  version: () => execFileSync("sqitch", ["--version"], { encoding: "utf8" }).replace(/^.*v/, "").trim(),
  registry: "sqitch",
  prepare({ migrations }, { folder, database, port, mariadbClient }) {
    for (const [kind, statements] of [
      ["deploy", ups],
      ["revert", downs],
    ] as const) {
      write(
        join(folder, kind),
        migrations.map((each) => [`${each.id}.sql`, script(statements(each))]),
      );
    }
    const changes = migrations.map(({ id }) => `${id} 2026-01-01T00:00:00Z A Person <person@example.org>`);
    write(folder, [
      ["sqitch.plan", `%syntax-version=1.0.0\n%project=release\n\n${changes.join("\n")}\n`],
      [
        "sqitch.conf",
        `[core]\n\tengine = mysql\n[engine "mysql"]\n\tclient = ${mariadbClient}\n[user]\n\tname = A Person\n\temail = person@example.org\n`,
      ],
    ]);
    return {
      command: "sqitch",
      args: ["--chdir", folder, "deploy", `db:mysql://root@127.0.0.1:${port}/${database}`],
    };
  },
};

export const tools: readonly Tool[] = [frontdesk, dbmate, knex, umzug, sqitch];

function write(folder: string, files: readonly (readonly [string, string])[]): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
}
