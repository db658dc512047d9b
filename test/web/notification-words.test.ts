import { expect, test } from "vitest";
import { attemptOutcomes, deliveryStatuses, providerKinds } from "../../src/db/schema.ts";
import { kinds, notificationEvents } from "../../src/notifications/catalogue.ts";
import { reasons, recipientTypes } from "../../src/notifications/route.ts";
import { faultsOf } from "../../src/notifications/templates.ts";
import { pathsOf, sampleVariables } from "../../src/notifications/variables.ts";
import { insertion } from "../../web/screens/notifications/insertion.ts";
import { deliveryWords } from "../../web/texts/deliveries.ts";
import { notificationWords } from "../../web/texts/notifications.ts";
import { templateFault } from "../../web/texts/template-faults.ts";
import { variableWords } from "../../web/texts/template-variables.ts";

const reading = { locale: "de", recipientName: "x", manageLink: "x", unsubscribeLink: "x" };
const paths = [...new Set(notificationEvents.flatMap((event) => pathsOf(sampleVariables(event, reading))))];
const unsaid = (names: readonly string[], words: Readonly<Record<string, string>>) =>
  names.filter((name) => !words[name]);

test.each(["en", "de"] as const)("all that the API names of notifications is said in %s", (language) => {
  const words = notificationWords[language];
  const deliveries = deliveryWords[language];
  expect([
    ...unsaid(notificationEvents, words.events),
    ...unsaid(kinds, words.kinds),
    ...unsaid(reasons, words.reasons),
    ...unsaid(recipientTypes, words.recipients),
    ...unsaid(providerKinds, words.providers),
    ...unsaid(paths, variableWords[language]),
    ...unsaid(deliveryStatuses, deliveries.statuses),
    ...unsaid(["planned", ...attemptOutcomes], deliveries.whats),
  ]).toEqual([]);
});

test("nothing is said of variables that no event has", () => {
  expect(Object.keys(variableWords.en).filter((path) => !paths.includes(path))).toEqual([]);
});

test.each([
  ["{{ customer.nam }}", "„customer.nam“ lässt sich hier nicht einsetzen. Wählen Sie etwas aus der Liste."],
  ["Hallo\n{{ customer.name", "Zeile 2: „{{“ wird nicht mit „}}“ geschlossen."],
  ["{% if fee.charged %}x", "Zeile 1: „{% if fee.charged %}“ wird nicht beendet."],
  ["x{% endif %}", "Zeile 1: „endif“ gehört zu nichts, was vorher begonnen hat."],
  ["{% foo %}", "Zeile 1: „foo“ ist nicht bekannt."],
  ["{{ customer.name | foo }}", "Zeile 1: Einen Filter „foo“ gibt es nicht."],
  ["{{ }}", "Zeile 1: Es steht nicht da, was eingesetzt werden soll."],
  ["{% include 'x' %}", "Andere Dateien lassen sich nicht einfügen."],
  ["", "Hier muss etwas stehen."],
])("what the API finds wrong with %j is said in plain German", (text, said) => {
  const [fault] = faultsOf("cancellation", { subject: null, text, html: null });
  expect(templateFault(fault?.message ?? "", "de")).toBe(said);
});

test("a value is filled in where the cursor was, a condition around what was marked", () => {
  expect(insertion("customer.name", "")).toEqual({ text: "{{ customer.name }}", cursor: 19 });
  expect(insertion("fee.charged", "Bitte")).toEqual({ text: "{% if fee.charged %}Bitte{% endif %}", cursor: 25 });
});

test("every value that is true or false is put in as a condition", () => {
  const all = notificationEvents.map((event) => sampleVariables(event, reading));
  const truths = paths.filter((path) =>
    all.some((each) => typeof path.split(".").reduce<unknown>((at, part) => (at as never)?.[part], each) === "boolean"),
  );
  expect(truths.map((path) => insertion(path, "").text.slice(0, 5))).toEqual(truths.map(() => "{% if"));
  expect(truths.length).toBeGreaterThan(0);
});
