import { expect, test } from "vitest";
import { type Configuration, effectiveChannels, type Level } from "../../src/notifications/effective.ts";
import { cellState, lostBy, ownId } from "../../web/screens/notifications/cell-state.ts";

const chain = [
  { level: "staff", id: "s" },
  { level: "branch", id: "b" },
  { level: "company", id: "1" },
] as const;

type Row = [level: Level, channel: Configuration["channel"], change?: Partial<Configuration>];

/** What the API answers where these are set: of a cancellation, which goes by mail, else by SMS, unless somebody says otherwise. */
function effective(...rows: Row[]) {
  const all = rows.map(
    ([level, channel, change], index): Configuration => ({
      ...{ id: index + 1, level, targetId: chain.find((each) => each.level === level)?.id ?? "" },
      ...{ event: "cancellation", channel, fallbackChannel: null, isEnabled: true },
      ...{ retryCount: 3, retryDelayMinutes: 5, template: null, ...change },
    }),
  );
  return effectiveChannels("cancellation", chain, all) as Parameters<typeof cellState>[0];
}
const off = { isEnabled: false };

test.each([
  ["where nothing is set, the first way is on", [], "email", "on", "system"],
  ["and the next one in reserve", [], "sms", "reserve", "system"],
  ["and any other off", [], "whatsapp", "off", "system"],
  ["what a branch switches on is on from there", [["branch", "sms"]], "sms", "on", "branch"],
  ["and switches the others off", [["branch", "sms"]], "email", "off", "branch"],
  ["what a level stops is off from there", [["company", "sms", off]], "sms", "off", "company"],
  ["a fallback is in reserve", [["company", "sms", { fallbackChannel: "whatsapp" }]], "whatsapp", "reserve", "company"],
  [
    "a stop comes before what is on above",
    [
      ["company", "email"],
      ["staff", "email", off],
    ],
    "email",
    "off",
    "staff",
  ],
] as [string, Row[], Configuration["channel"], string, string][])("%s", (_, rows, channel, state, level) => {
  expect(cellState(effective(...rows), channel)).toMatchObject({ state, level });
});

test("a place's own is found, on or off, and nobody else's", () => {
  const answer = effective(["company", "email"], ["staff", "sms", off]);
  expect([ownId(answer, "email", "company"), ownId(answer, "sms", "staff")]).toEqual([1, 2]);
  expect([ownId(answer, "email", "staff"), ownId(answer, "whatsapp", "staff")]).toEqual([null, null]);
});

test("the first way that a place names loses it the others, but for the fallback of that way", () => {
  const lost = (answer: ReturnType<typeof effective>, channel: Configuration["channel"]) =>
    lostBy(answer, channel, "branch").map((each) => each.channel);
  expect(lost(effective(), "sms")).toEqual(["email"]);
  expect(lost(effective(), "email")).toEqual([]);
  expect(lost(effective(["company", "email"], ["company", "sms"]), "whatsapp")).toEqual(["email", "sms"]);
  expect(lost(effective(["branch", "email"]), "sms")).toEqual([]);
});
