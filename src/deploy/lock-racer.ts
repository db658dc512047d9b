import { lockDeployment } from "./lock.ts";
import { openTarget } from "./target.ts";

/** A process for lock.test.ts: takes the lock and lets go of it, for so many milliseconds, and counts what came of it. */
const [url = "", milliseconds = "0"] = process.argv.slice(2);
const target = await openTarget(url);
const outcomes: Record<string, number> = {};
const until = performance.now() + Number(milliseconds);
while (performance.now() < until) {
  const outcome = await lockDeployment(target).then(
    async (lock) => {
      await lock.release();
      return "held";
    },
    (error: Error) => (error.name === "DeploymentRunning" ? error.name : `${error.name}: ${error.message}`),
  );
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
}
await target.close();
console.log(JSON.stringify(outcomes));
