import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { collectGarbage } from "../../test/garbage.ts";
import { holdFile } from "./file-lock.ts";

test("a file is held until it is let go of, though nobody keeps what lets go of it", () => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-held-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "lock");
  const module = join(import.meta.dirname, "file-lock.ts");
  const program = `import { holdFile } from ${JSON.stringify(module)}; console.log(holdFile(process.argv[1]) !== null);`;
  const another = () =>
    execFileSync(process.execPath, ["--input-type=module", "-e", program, file], { encoding: "utf8" });

  expect(holdFile(file)).not.toBeNull();
  collectGarbage();
  expect(another()).toBe("false\n");
});
