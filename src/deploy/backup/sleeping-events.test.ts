import { Readable } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { withSleepingEvents } from "./sleeping-events.ts";

const event = (name: string, state: string) =>
  `/*!50106 CREATE*/ /*!50117 DEFINER=\`root\`@\`%\`*/ /*!50106 EVENT \`${name}\` ON SCHEDULE EVERY 1 DAY STARTS '2026-11-01 00:00:00' ON COMPLETION NOT PRESERVE ${state} DO delete from logs */ ;;\n`;
const row = "INSERT INTO `t` VALUES (1,'/*!50106 CREATE*/ /*!50106 EVENT `x` ON COMPLETION PRESERVE ENABLE');\n";
const dump = `-- MySQL dump\n${row}${event("tidy", "ENABLE")}DELIMITER ;;\n${event("Öl", "ENABLE")}${event("off", "DISABLE")}end`;

async function through(text: string, cuts: readonly number[]): Promise<{ text: string; names: string[] }> {
  const bytes = Buffer.from(text);
  const at = [0, ...cuts.map((cut) => cut % bytes.length).sort((one, other) => one - other), bytes.length];
  const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
  const names: string[] = [];
  const out: Buffer[] = [];
  for await (const chunk of withSleepingEvents((name) => names.push(name))(Readable.from(chunks))) out.push(chunk);
  return { text: Buffer.concat(out).toString(), names };
}

test("events are switched off and told by name, and nothing else of a dump changes, however it is cut", async () => {
  const expected = dump
    .replaceAll(event("tidy", "ENABLE"), event("tidy", "DISABLE"))
    .replace(event("Öl", "ENABLE"), event("Öl", "DISABLE"));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(2000), { maxLength: 8 }), async (cuts) => {
      expect(await through(dump, cuts)).toEqual({ text: expected, names: ["tidy", "Öl"] });
    }),
    { numRuns: 500 },
  );
});
