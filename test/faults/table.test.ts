import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const here = join(import.meta.dirname, "..");
const table = readFileSync(join(here, "../docs/deploying-faults.md"), "utf8");
const named = [...table.matchAll(/`([\w/-]+\.test\.ts)`: "([^"]+)"/g)].map(([, file = "", title = ""]) => ({
  file,
  title,
}));

/** As the file has it, between its quotes; where the title holds a value, the table has a "…". */
function titleIn({ file, title }: { file: string; title: string }): RegExpExecArray | null {
  const text = title.split("…").map(RegExp.escape).join("[^\n]{1,30}");
  return new RegExp(`["\`]${text}["\`]`).exec(readFileSync(join(here, file), "utf8"));
}

test("every test that the table of faults names is there", () => {
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((each) => titleIn(each) === null)).toEqual([]);
});

test("every row of the table names a test, and what came of the fault", () => {
  const rows = table.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| what was done"));
  const wrong = rows.filter((row) => !/^\| .+ \| .+ \| `[\w/-]+\.test\.ts`: ".+" \|$/.test(row));
  expect(wrong).toEqual([]);
});

test("every file of faults is named in the table", () => {
  const files = globSync("faults/*.test.ts", { cwd: here }).filter((file) => file !== "faults/table.test.ts");
  expect(files.filter((file) => !named.some((each) => each.file === file))).toEqual([]);
});

test("every fault that is tested is named in the table", () => {
  const missing = globSync("faults/*.test.ts", { cwd: here }).flatMap((file) => {
    if (file === "faults/table.test.ts") return [];
    const source = readFileSync(join(here, file), "utf8");
    const titles = [...source.matchAll(/^ {2,4}test[^\n]*\(\n? *["`]([^"`\n]+)["`],/gm)].map(([, title = ""]) => title);
    const ofFile = named.filter((each) => each.file === file);
    const known = new Set(ofFile.map((each) => titleIn(each)?.[0].slice(1, -1)));
    return titles.filter((title) => !known.has(title)).map((title) => `${file}: ${title}`);
  });
  expect(missing).toEqual([]);
});
