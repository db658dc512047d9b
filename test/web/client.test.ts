import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("the typed client of the admin UI is what the OpenAPI document says now", async () => {
  const generator = join(import.meta.dirname, "../../web/generate-client.ts");

  const check = promisify(execFile)(process.execPath, [generator, "--check"]).catch(({ stderr }) => ({ stderr }));

  expect((await check).stderr).toBe("");
});
