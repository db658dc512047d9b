import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { check } from "../../src/deploy/check.ts";
import { armFailpoints } from "../../src/deploy/failpoint.ts";
import { restore } from "../../src/deploy/restore/restore.ts";
import { abort, deploy, resume, rollBack } from "../../src/deploy/run.ts";
import { openTarget } from "../../src/deploy/target.ts";
import { usualLimits } from "../../src/deploy/watch/sighting.ts";
import { watch } from "../../src/deploy/watch/watch.ts";
import { smallRelease } from "./release.ts";

/**
 * A deployer to be hurt: `deployer.ts URL COMMAND [FAULT FAILPOINT]`. It prints each failpoint that it comes to, and its
 * ending last. FAULT is kill (this process, with SIGKILL), fail (an error in that place) pause (for a second) or linger (for five).
 */
const [url = "", command = "run", fault, at] = process.argv.slice(2);
const silentSeconds = Number(process.env.FRONTDESK_TEST_SILENT ?? 15);
const target = await openTarget(url, { silentSeconds });
armFailpoints(async (name) => {
  console.log(`at ${name}`);
  if (name !== at) return;
  if (fault === "kill") process.kill(process.pid, "SIGKILL");
  if (fault === "fail") throw new Error(`A fault was injected at ${name}.`);
  if (fault === "pause") await sleep(1_000);
  if (fault === "linger") await sleep(5_000);
});
const maintenance = {
  reason: "new tables",
  retryAfterSeconds: 5,
  acknowledgeSeconds: 5,
  freezeHook: 'touch "$FRONTDESK_TEST_HOST_STOPPED"',
  thawHook: 'rm -f "$FRONTDESK_TEST_HOST_STOPPED"',
  hookSeconds: 5,
};
const rehearsal = JSON.parse(process.env.FRONTDESK_TEST_REHEARSAL ?? "null");
const lockPatienceSeconds = Number(process.env.FRONTDESK_TEST_PATIENCE ?? 8);
const isOpen = process.env.FRONTDESK_TEST_OPEN === "true";
const settings = {
  lockPatienceSeconds,
  reconnectSeconds: Number(process.env.FRONTDESK_TEST_RECONNECT ?? 20),
  maintenance: isOpen ? null : maintenance,
  prober: isOpen ? { stallLimitMilliseconds: 5000 } : null,
  rehearsal,
};
const options = { migrations: smallRelease, settings, environment: process.env };
const commands = {
  run: () => deploy(target, options),
  resume: () => resume(target, options),
  abort: () => abort(target, options),
  check: () => check(target, { backupDir: tmpdir(), toolsDir: null, hostTimeZone: null }),
  restore: () =>
    restore(target, process.env.FRONTDESK_TEST_BACKUP ?? "", {
      ...options,
      settings: { ...settings, rehearsal: null },
      toolsDir: process.env.FRONTDESK_TEST_TOOLS || null,
    }),
  watch: () =>
    watch(
      target,
      {
        ...{ forMilliseconds: 30_000, everyMilliseconds: 100, referencesEveryMilliseconds: 60_000, undo: true },
        ...{ healthUrls: [], metrics: null, limits: usualLimits },
        logs: [{ file: process.env.FRONTDESK_TEST_WATCHED_LOG ?? "", pattern: /ERROR/ }],
      },
      { ...options, wish: () => null, say: () => {}, tell: async () => {} },
    ),
  rollback: () => rollBack(target, "phase-1-baseline", options),
};
try {
  console.log(JSON.stringify(await commands[command as keyof typeof commands]()));
} catch (error) {
  console.log(JSON.stringify({ error: (error as Error).name, reason: (error as Error).message }));
} finally {
  await target.close();
}
