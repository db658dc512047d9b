import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deploy } from "../src/deploy/run.ts";
import { openTarget } from "../src/deploy/target.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "./databases.ts";
import { bareEnvironment } from "./programs.ts";
import { serverPrefixes } from "./servers/server.ts";

const docs = join(import.meta.dirname, "../docs");
const read = (name: string) => readFileSync(join(docs, name), "utf8");
const runbook = [...read("deploying.md").matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);
/** In a list's line the command stands in backticks; what begins with the program's name is one. */
const checklist = [...read("deploying-checklist.md").matchAll(/`(frontdesk [^`]+)`/g)].map(([, text = ""]) => text);
const startOver = "frontdesk deploy rollback --to phase-2-multi-tenant";

/** SQLite and one server: what differs between the two servers has tests of its own. */
const engines = enginesInUse().filter((engine, _, all) => engine !== "mysql" || !all.includes("mariadb"));

describe.each(engines)("the runbook (%s)", (engine) => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-docs-"));
  let scratch: ScratchDatabase;
  let env: Record<string, string | undefined>;
  let stop = () => {};

  beforeAll(async () => {
    scratch = await scratchDatabase(engine, "empty");
    const target = await openTarget(scratch.url);
    await deploy(target, { to: "phase-2-multi-tenant" });
    await target.query("insert into companies (id, name) values (1, 'Salon Lindner')");
    await target.close();
    const tools = engine === "sqlite" ? [] : [join((await serverPrefixes([engine])).get(engine) ?? "", "bin")];
    const cli = join(import.meta.dirname, "../src/cli.ts");
    const well = createServer((_request, response) => void response.end("ok")).listen(0, "127.0.0.1");
    await once(well, "listening");
    stop = () => void well.close();
    const health = `http://127.0.0.1:${(well.address() as AddressInfo).port}/`;
    writeFileSync(join(folder, "frontdesk"), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`, { mode: 0o700 });
    const name = basename(engine === "sqlite" ? scratch.url : new URL(scratch.url).pathname, ".db");
    const PATH = [folder, ...tools, dirname(process.execPath), process.env.PATH].join(":");
    env = { ...bareEnvironment, PATH, DATABASE_URL: scratch.url, DATABASE_NAME: name, HEALTH_URL: health };
  });
  afterAll(async () => {
    stop();
    await scratch?.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  const run = (script: string) =>
    new Promise<{ code: number; text: string }>((resolve) => {
      // Nobody waits half an hour for a test.
      execFile(
        "sh",
        ["-e", "-c", script.replaceAll("--for 30m", "--for 3s --every 1s")],
        { env, cwd: folder },
        (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code), text: `${stdout}${stderr}` }),
      );
    });

  test("every command of it does what it says, from the first look to taking it back", async () => {
    expect(runbook.length).toBeGreaterThan(8);
    let runs = 0;
    for (const block of runbook) {
      if (block.includes("deploy run") && runs++ > 0) expect(await run(startOver)).toMatchObject({ code: 0 });
      const outcome = await run(block);
      expect(outcome, `${block}\n${outcome.text}`).toMatchObject({ code: 0 });
      if (block.includes("deploy run")) expect(outcome.text).toContain("migrated.");
    }
    expect(runs).toBe(3);
    expect(readFileSync(join(folder, "messages.txt"), "utf8")).toContain("Deployment done");
    expect(JSON.parse(readFileSync(join(folder, "report.json"), "utf8"))).toMatchObject({ end: "migrated" });
  }, 240_000);

  test("every command of the checklist works, in its order", async () => {
    expect(checklist.length).toBeGreaterThan(8);
    for (const command of checklist) {
      const outcome = await run(command);
      expect(outcome, `${command}\n${outcome.text}`).toMatchObject({ code: 0 });
    }
  }, 240_000);
});
