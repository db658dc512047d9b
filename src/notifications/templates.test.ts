import { describe, expect, test } from "vitest";
import { allowedChannels, type Channel, notificationEvents } from "./catalogue.ts";
import { localeFrom } from "./locale.ts";
import { samples } from "./payloads.ts";
import { segmentsOf } from "./sms.ts";
import { defaultLocales, defaultTemplate, faultsOf, render } from "./templates.ts";
import { sampleVariables, variablesOf } from "./variables.ts";

const reading = (locale: string) => ({
  locale,
  recipientName: "Petra O'Neil",
  manageLink: "https://salon.example/a/x1",
  unsubscribeLink: "https://salon.example/u/x2",
});
const everyDefault = notificationEvents.flatMap((event) =>
  allowedChannels(event).flatMap((channel) => defaultLocales.map((locale) => [event, channel, locale] as const)),
);

describe("default templates", () => {
  test.each(everyDefault)("%s by %s in %s names only what the event has, and renders", (event, channel, locale) => {
    const template = defaultTemplate(event, channel, locale);
    expect(faultsOf(event, template)).toEqual([]);
    const content = render(template, channel, sampleVariables(event, reading(locale)), reading(locale));
    const whole = `${content.subject} ${content.text} ${content.html}`;
    expect(whole).not.toMatch(/\{\{|\{%|undefined|\[object/);
    expect(content.text.length).toBeGreaterThan(20);
    expect(content.subject === null).toBe(channel === "sms" || channel === "whatsapp");
    expect(content.html === null).toBe(channel !== "email");
    if (channel === "sms") expect(segmentsOf(content.text).segments).toBeLessThanOrEqual(2);
  });

  test("without links and names there is no gap where they would stand", () => {
    for (const [event, channel, locale] of everyDefault) {
      const empty = { locale, recipientName: "", manageLink: "", unsubscribeLink: "" };
      const payload = {
        ...samples[event],
        staff: "",
        assignee: "",
        previousStaff: "",
      } as (typeof samples)[typeof event];
      const { text } = render(defaultTemplate(event, channel, locale), channel, variablesOf(payload, empty), empty);
      expect(text, `${event} ${channel} ${locale}`).not.toMatch(/\n\n\n|^\w+: *$| {2}/m);
    }
  });
});

describe("what is rendered", () => {
  const payload = { ...samples.cancellation, customer: `O'Neil <b>&"`, company: "A\r\nBcc: x@example.org" };
  const content = (channel: Channel) =>
    render(defaultTemplate("cancellation", channel, "de"), channel, variablesOf(payload, reading("de")), reading("de"));

  test("is escaped for its medium, and only there", () => {
    expect(content("email").html).toContain("O&#39;Neil &lt;b&gt;&amp;&quot;");
    expect(content("email").html).not.toContain("<b>");
    expect(content("email").text).toContain(`O'Neil <b>&"`);
  });

  test("has no line that a name brought in", () => {
    expect(content("email").text).not.toMatch(/^Bcc/m);
    expect(content("email").subject).not.toContain("\n");
  });

  test("a tenant's own HTML is escaped where values come out", () => {
    const own = { subject: "x", text: "x", html: "<h1>{{ customer.name }}</h1>" };
    const { html } = render(own, "email", variablesOf(payload, reading("de")), reading("de"));
    expect(html).toBe("<h1>O&#39;Neil &lt;b&gt;&amp;&#34;</h1>");
  });

  test("shows times as the branch's clocks do", () => {
    expect(content("sms").text).toContain("Montag, 9. März 2026, 14:30 Uhr");
    const english = render(
      defaultTemplate("cancellation", "sms", "en"),
      "sms",
      variablesOf(payload, reading("en")),
      reading("en"),
    );
    expect(english.text).toContain("Monday, 9 March 2026");
    expect(english.text).toContain("€20.00");
  });
});

describe("a template is refused on saving", () => {
  const faults = (text: string) =>
    faultsOf("cancellation", { subject: "x", text, html: null }).map(({ message }) => message);

  test.each([
    ["an unknown variable", "{{ customer.nme }}", /customer\.nme is no variable/],
    [
      "one in a branch that the sample does not take",
      "{% if byBusiness %}{{ nope }}{% endif %}",
      /nope is no variable/,
    ],
    ["a variable of another event", "{{ callback.phone }}", /callback\.phone is no variable/],
    ["an unknown filter", "{{ customer.name | shout }}", /undefined filter: shout/],
    ["an open tag", "{% if byBusiness %}", /not closed/],
    ["an unknown tag", "{% exec 'rm' %}", /not found/],
    ["a file", "{% include 'x' %}", /ENOENT|Failed|not found/i],
    ["nothing", "  ", /empty/],
    ["a loop without end", "{% for i in (1..100000000) %}x{% endfor %}", /limit/],
    ["what every object has", "{{ customer.constructor.name }}", /no variable/],
  ])("%s", (_, text, message) => {
    expect(faults(text)).toEqual([expect.stringMatching(message)]);
  });

  test("its own variables, loops and filters are fine", () => {
    expect(faults("{% assign x = customer.name | upcase %}{{ x }}{% for i in (1..3) %}{{ i }}{% endfor %}")).toEqual(
      [],
    );
  });
});

test.each([
  ["x".repeat(160), "GSM-7", 160, 1],
  ["x".repeat(161), "GSM-7", 161, 2],
  ["€".repeat(80), "GSM-7", 160, 1],
  [`${"x".repeat(152)}€${"x".repeat(20)}`, "GSM-7", 174, 2],
  ["ß".repeat(306), "GSM-7", 306, 2],
  ["š".repeat(70), "UCS-2", 70, 1],
  ["š".repeat(71), "UCS-2", 71, 2],
  ["🙂".repeat(35), "UCS-2", 70, 1],
  [`${"š".repeat(66)}🙂${"š".repeat(10)}`, "UCS-2", 78, 2],
])("counts the segments of a text message (%#)", (text, encoding, units, segments) => {
  expect(segmentsOf(text)).toEqual({ encoding, units, segments });
});

test.each([
  [["de-AT", "en"], "de"],
  [["fr", null, "en-GB"], "en"],
  [["fr", "it"], "de"],
  [["EN_us"], "en"],
  [["pt-BR"], "pt-BR"],
])("the first wish that can be met is met: %j is %s", (wishes, expected) => {
  expect(localeFrom(wishes, ["de", "en", "pt-br"])).toBe(expected);
});
