import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "../databases.ts";
import { serverPrefixes } from "../servers/server.ts";
import { type Before, expectSound, hostDatabase, startDeployerWith, tellEndings, undisturbed } from "./harness.ts";

const all = process.env.FRONTDESK_ALL_FAULTS === "true";
const kills = all ? 200 : 4;
const eachPhase = all ? 5 : 0;

/** The phase of a run that each failpoint stands in. */
const phaseOf = (point: string) => {
  const word = point.replace(/ \d+$/, "");
  const [phase] = Object.entries(phases).find(([, points]) => points.includes(word)) ?? [];
  if (phase === undefined) throw new Error(`The failpoint ${point} is in no phase.`);
  return phase;
};
const phases: Readonly<Record<string, readonly string[]>> = {
  preparing: ["begun", "prepare", "dumping", "dumped", "backed up", "rehearsing", "rehearsed up", "rehearsed down"],
  freezing: ["freeze", "frozen", "host stopped"],
  migrating: ["apply", "intent", "applied", "done"],
  verifying: ["verify"],
  recording: ["record", "recorded"],
  thawing: ["thaw", "thawed"],
  ending: ["checkHealth", "ended"],
};

describe.each(enginesInUse())("a deployer killed at random times (%s)", (engine) => {
  let database: ScratchDatabase;
  let before: Before;
  const backupDir = mkdtempSync(join(tmpdir(), "frontdesk-random-"));
  beforeEach(async () => {
    database = await scratchDatabase(engine, "empty");
    before = await hostDatabase(database.url);
  });
  afterEach(async () => {
    await database.remove();
    rmSync(backupDir, { recursive: true, force: true });
  });

  test(`${kills} times from its first step to its last, resumed and killed again, it ends migrated or as before`, {
    timeout: 3_600_000,
  }, async () => {
    const prefix = engine === "sqlite" ? undefined : (await serverPrefixes([engine])).get(engine);
    const settings = { backupDir, toolsDir: prefix === undefined ? null : join(prefix, "bin") };
    const start = () => startDeployerWith(settings, database.url, "run");
    const measured = await start().ended();
    expect(measured.report).toMatchObject({ end: "migrated" });
    const gaps = measured.points.map((point, index) => ({
      point,
      milliseconds: (measured.at[index + 1] ?? Number(measured.at[index]) + 5) - Number(measured.at[index]),
    }));
    await undisturbed(database.url, "rollback");

    const endings: Record<string, number> = {};
    const histogram: Record<string, number> = Object.fromEntries(Object.keys(phases).map((phase) => [phase, 0]));
    const killSomewhere = async () => {
      const { point, milliseconds } = chosen(gaps, histogram);
      const deployer = start();
      await deployer.reached(point);
      await sleep(Math.random() * milliseconds);
      deployer.child.kill("SIGKILL");
      const { points } = await deployer.ended();
      const phase = phaseOf(points.at(-1) ?? point);
      histogram[phase] = (histogram[phase] ?? 0) + 1;
    };
    for (let kill = 0; kill < kills; kill++) {
      await killSomewhere();
      if (Math.random() < 0.3) await killSomewhere();
      const state = await expectSound(database.url, before);
      endings[state] = (endings[state] ?? 0) + 1;
      const on = Math.random() < 0.5 ? "run" : "abort";
      const ending = await undisturbed(database.url, on);
      expect(ending?.end, ending?.reason ?? "").not.toBe("held");
      if (on === "run") expect(await expectSound(database.url, before)).toBe("migrated");
      if ((await expectSound(database.url, before)) === "migrated") {
        const back = await undisturbed(database.url, "rollback");
        expect(back?.end, back?.reason ?? "").toBe("undone");
      }
      expect(await expectSound(database.url, before)).toBe("asBefore");
    }
    tellEndings("killed at a random time", engine, endings);
    console.log(`killed in phase, ${engine}: ${JSON.stringify(histogram)}`);
    for (const count of Object.values(histogram)) expect(count).toBeGreaterThanOrEqual(eachPhase);
  });
});

/** By how long each takes; but a phase that was not hit often enough comes first. */
function chosen<T extends { point: string; milliseconds: number }>(
  gaps: readonly T[],
  histogram: Readonly<Record<string, number>>,
): T {
  const rare = gaps.filter(({ point }) => (histogram[phaseOf(point)] ?? 0) < eachPhase);
  const list = rare.length > 0 && Math.random() < 0.5 ? rare : gaps;
  let left = Math.random() * list.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const found = list.find(({ milliseconds }) => {
    left -= milliseconds;
    return left <= 0;
  });
  return found ?? (list[0] as T);
}
