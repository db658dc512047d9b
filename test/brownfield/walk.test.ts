import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { hashTables } from "../../src/deploy/backup/row-hashes.ts";
import { differences, readCatalogue } from "../../src/deploy/catalogue.ts";
import { openTarget } from "../../src/deploy/target.ts";
import { enginesInUse, scratchDatabase } from "../databases.ts";
import { tellEndings } from "../faults/harness.ts";
import { bareEnvironment } from "../programs.ts";
import { serverPrefixes } from "../servers/server.ts";
import { makePlatform } from "./platform.ts";

const servers = enginesInUse().filter((engine) => engine !== "sqlite");
const frontdesk = join(import.meta.dirname, "../../bin/frontdesk");

/** The runbook's commands, as a person types them, and the person's machine fails twice. */
describe.each(servers)("a platform's first deployment, by the runbook (%s)", (engine) => {
  test("is killed twice in the middle, resumed, verified, rolled back, and done again", {
    timeout: 300_000,
  }, async () => {
    const database = await scratchDatabase(engine, "empty");
    const target = await openTarget(database.url);
    const folder = mkdtempSync(join(tmpdir(), "frontdesk-walk-"));
    onTestFinished(async () => {
      await target.close();
      await database.remove();
      rmSync(folder, { recursive: true, force: true });
    });
    await makePlatform(target, { appointments: 500 });
    const before = await readCatalogue(target);
    const rows = await hashTables(target, Object.keys(before.tables));

    const toolsDir = join((await serverPrefixes([engine])).get(engine) ?? "", "bin");
    const places = ["--backup-dir", join(folder, "backups"), "--tools-dir", toolsDir];
    const env = { ...bareEnvironment, DATABASE_URL: database.url };
    /** @param killAt a line of progress; some statements later it is killed with -9 */
    const deploy = async (args: readonly string[], killAt?: string) => {
      const child = spawn(frontdesk, ["deploy", ...args], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
      let [stdout, said, killing] = ["", "", false];
      child.stdout.on("data", (part) => (stdout += part));
      child.stderr.on("data", async (part) => {
        said += part;
        if (killAt === undefined || killing || !said.includes(killAt)) return;
        killing = true;
        await sleep(60);
        child.kill("SIGKILL");
      });
      const [code, signal] = await once(child, "close");
      return { code: code ?? signal, stdout, said };
    };

    expect((await deploy(["check", ...places])).code).toBe(0);
    const first = ["run", "--yes", "--host-time-zone", "Europe/Berlin", ...places];
    expect((await deploy(first, "the statements")).code).toBe("SIGKILL");
    expect((await deploy(["status"])).stdout).toMatch(/migrating/);
    expect((await deploy(["resume"], "going on")).code).toBe("SIGKILL");
    const resumed = await deploy(["resume"]);
    expect([resumed.code, resumed.stdout]).toEqual([0, expect.stringContaining("migrated")]);
    expect((await deploy(["verify"])).code).toBe(0);

    const back = await deploy(["rollback", "--to", "none"]);
    expect([back.code, back.stdout]).toEqual([0, expect.stringContaining("as it was before")]);
    expect(differences(before, await readCatalogue(target))).toEqual([]);
    expect(await hashTables(target, Object.keys(before.tables))).toEqual(rows);

    expect((await deploy(first)).code).toBe(0);
    expect((await deploy(["verify"])).code).toBe(0);
    expect(await hashTables(target, Object.keys(before.tables))).toEqual(rows);
    tellEndings("a platform's deployment killed twice and resumed", engine, { migrated: 1 });
  });
});
