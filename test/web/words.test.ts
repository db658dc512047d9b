import { expect, test } from "vitest";
import { refusals } from "../../src/errors.ts";
import { decisionCodes } from "../../src/policies/decide.ts";
import { fieldMessage } from "../../web/texts/field-messages.ts";
import { refusalWords } from "../../web/texts/refusals.ts";

test("every code that the API refuses or denies with is said in German and English", () => {
  const denials = decisionCodes.filter((code) => code !== "allowed");
  for (const words of [refusalWords.de, refusalWords.en]) {
    const unsaid = [...Object.keys(refusals), ...denials, "internal"].filter((code) => !words[code]);
    expect(unsaid).toEqual([]);
  }
});

test.each([
  ["Must be at least 1.", "Mindestens 1."],
  ["Must have at most 255 characters.", "Höchstens 255 Zeichen."],
  ["is no telephone number; send one with its prefix, such as +4930123456, or null", "Ist keine Telefonnummer."],
  ["has an opening that ends at 09:00, before it begins at 12:00", "Endet um 09:00, bevor es um 12:00 beginnt."],
])("of a field, %s is %s", (message, german) => {
  expect(fieldMessage(message, "de")).toContain(german);
});

test("what is not known in German is shown as it came, in English with a capital letter", () => {
  expect(fieldMessage("holds something new", "de")).toBe("holds something new");
  expect(fieldMessage("holds something new", "en")).toBe("Holds something new");
});
