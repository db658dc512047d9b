import { checkHealth, type Health } from "../health.ts";
import type { Look } from "./sighting.ts";

const timeoutMs = 5_000;

/**
 * @param before what these URLs answered before the deployment, as far as the run asked them
 * @param after what they answered at its end
 */
export function healthLook(urls: readonly string[], before: readonly Health[], after: readonly Health[]): Look {
  const wasWell = new Set([...before, ...after].filter(({ failure }) => failure === null).map(({ url }) => url));
  const wasSick = new Set(before.filter(({ failure }) => failure !== null).map(({ url }) => url));
  return async () =>
    (await checkHealth(urls, { timeoutMs })).map(({ url, failure }) => {
      if (failure === null) wasWell.add(url);
      const unknown = wasWell.has(url) ? null : "nobody has seen it well, before the deployment or since";
      const notMendable = wasSick.has(url) ? "it was sick before the deployment" : unknown;
      return { check: "health" as const, subject: url, wrong: failure, notMendable };
    });
}
