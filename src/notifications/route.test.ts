import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isBefore, isoOf, parseInstant } from "../clock.ts";
import { type Channel, channels, type NotificationEvent, notificationEvents } from "./catalogue.ts";
import { type Configuration, levels } from "./effective.ts";
import { type RouteInput, route } from "./route.ts";

const now = parseInstant("2026-03-02T09:00:00Z");
const chain = [
  { level: "staff", id: "anna" },
  { level: "service", id: "7" },
  { level: "branch", id: "mitte" },
  { level: "company", id: "1" },
] as const;
const everywhere = { email: "petra@example.org", sms: "+493012345678", whatsapp: "+493012345678", push: "anna" };
const allProviders = { email: "smtp", sms: "twilio_sms", whatsapp: "twilio_whatsapp", push: "web_push" };

let id = 0;
function row(
  level: Configuration["level"],
  channel: Channel,
  overrides: Partial<Configuration> & { event?: NotificationEvent } = {},
): Configuration {
  return {
    id: ++id,
    level,
    targetId: chain.find((target) => target.level === level)?.id ?? "",
    event: "cancellation",
    channel,
    fallbackChannel: null,
    isEnabled: true,
    retryCount: 3,
    retryDelayMinutes: 5,
    template: null,
    ...overrides,
  };
}

type Overrides = Partial<Omit<RouteInput, "recipient">> & { recipient?: Partial<RouteInput["recipient"]> };

function input({ recipient, ...overrides }: Overrides): RouteInput {
  return {
    event: "cancellation",
    chain,
    configurations: [],
    settings: { muted: false, quietHours: null, throttlePerDay: null },
    providers: allProviders,
    recentMessages: 0,
    now,
    dueAt: now,
    notAfter: null,
    ...overrides,
    recipient: {
      type: "customer",
      id: "1",
      name: "Petra O'Neil",
      zone: "Europe/Berlin",
      locale: "de",
      addresses: everywhere,
      preferences: null,
      ...recipient,
    },
  };
}

const channelsOf = (overrides: Overrides) => route(input(overrides)).messages.map(({ channel }) => channel);
const whyNot = (overrides: Overrides) =>
  Object.fromEntries(route(input(overrides)).notSent.map(({ channel, reason, level }) => [channel, level ?? reason]));

describe("which channels", () => {
  test("the most specific level that asks decides alone", () => {
    expect(channelsOf({ configurations: [row("staff", "whatsapp"), row("service", "sms")] })).toEqual(["whatsapp"]);
    expect(channelsOf({ configurations: [row("service", "sms")] })).toEqual(["sms"]);
  });

  test("without any configuration the first reachable default is used, and the next one is its fallback", () => {
    const [message] = route(input({})).messages;
    expect(message).toMatchObject({ channel: "email", fallback: { channel: "sms" }, from: { level: "catalogue" } });
    expect(channelsOf({ recipient: { addresses: { sms: "+49" } } })).toEqual(["sms"]);
  });

  test("a company that asks for push alone reaches its staff by push", () => {
    const event = "callback_assigned";
    expect(channelsOf({ event, configurations: [row("company", "push", { event })] })).toEqual(["push"]);
  });

  test("a customer is never reached by push, whatever is configured", () => {
    const plan = route(input({ configurations: [row("company", "push")] }));
    expect(plan.messages).toEqual([]);
    expect(plan.notSent).toEqual([{ channel: "push", reason: "channelNotAllowed", level: null }]);
  });

  test("a branch that disables a channel stops it, though the company enables it", () => {
    const configurations = [row("branch", "email", { isEnabled: false }), row("company", "email")];
    expect(channelsOf({ configurations })).toEqual([]);
    expect(whyNot({ configurations })).toEqual({ email: "branch" });
  });

  test("a channel disabled on the way is left out of the default, as a fallback too", () => {
    const off = row("service", "sms", { isEnabled: false });
    expect(route(input({ configurations: [off] })).messages).toMatchObject([{ channel: "email", fallback: null }]);
    const enabled = row("company", "email", { fallbackChannel: "sms" });
    expect(route(input({ configurations: [off, enabled] })).messages).toMatchObject([
      { channel: "email", fallback: null },
    ]);
  });

  test("a disabled row at a less specific level than the deciding one changes nothing", () => {
    expect(
      channelsOf({ configurations: [row("service", "sms"), row("company", "sms", { isEnabled: false })] }),
    ).toEqual(["sms"]);
  });

  test("several may be asked for; one that cannot be reached is replaced by its fallback, once", () => {
    const configurations = [row("company", "email"), row("company", "sms", { fallbackChannel: "whatsapp" })];
    expect(channelsOf({ configurations })).toEqual(["email", "sms"]);
    const recipient = { addresses: { email: "a@example.org", whatsapp: "+49" } };
    const { messages } = route(input({ configurations, recipient }));
    expect(messages).toMatchObject([{ channel: "email" }, { channel: "whatsapp", insteadOf: "sms", fallback: null }]);
  });

  test("a preferred channel comes first among the defaults, and changes no configuration", () => {
    const preferences = { optOuts: [], preferredChannel: "sms", quietHours: null } as const;
    expect(channelsOf({ recipient: { preferences } })).toEqual(["sms"]);
    expect(channelsOf({ recipient: { preferences }, configurations: [row("company", "email")] })).toEqual(["email"]);
  });
});

describe("why not", () => {
  const optOuts = [{ kind: null, channel: "email", event: null }] as const;
  const preferences = { optOuts, preferredChannel: null, quietHours: null };

  test("an opt-out stops reminders and feedback, not what is transactional", () => {
    expect(whyNot({ event: "no_show", recipient: { preferences } })).toEqual({ email: "optedOut" });
    expect(channelsOf({ event: "cancellation", recipient: { preferences } })).toEqual(["email"]);
  });

  test("each channel says what keeps it from being used", () => {
    expect(whyNot({ providers: {}, recipient: { addresses: { email: "a@example.org" } } })).toEqual({
      email: "providerNotConfigured",
      sms: "noAddress",
    });
    expect(whyNot({})).toEqual({ sms: "firstReachableUsed" });
  });

  test("a throttle counts reminders and feedback alone", () => {
    const settings = { muted: false, quietHours: null, throttlePerDay: 3 };
    expect(channelsOf({ event: "reminder_24h", settings, recentMessages: 2 })).toEqual(["email"]);
    expect(whyNot({ event: "reminder_24h", settings, recentMessages: 3 })).toMatchObject({ email: "throttled" });
    expect(channelsOf({ event: "cancellation", settings, recentMessages: 99 })).toEqual(["email"]);
  });

  test("a muted company's plan says what would be sent", () => {
    const settings = { muted: true, quietHours: null, throttlePerDay: null };
    expect(route(input({ settings }))).toMatchObject({ muted: true, messages: [{ channel: "email" }] });
  });
});

describe("quiet hours", () => {
  const settings = { muted: false, quietHours: { from: "22:00", until: "07:00" }, throttlePerDay: null };
  const at = (local: string) => parseInstant(`${local}+01:00`);
  const sendAt = (event: NotificationEvent, due: string, start: string | null) =>
    route(input({ event, settings, dueAt: at(due), notAfter: start === null ? null : at(start) })).messages.map(
      ({ sendAt }) => isoOf(sendAt),
    );

  test.each([
    ["a reminder is deferred to their end", "2026-03-03T23:00", "2026-03-04T10:00", "2026-03-04T06:00:00.000Z"],
    [
      "or sent before they begin, if the end is too late",
      "2026-03-03T23:00",
      "2026-03-04T06:30",
      "2026-03-03T20:59:00.000Z",
    ],
    ["their first minute is quiet", "2026-03-03T22:00", "2026-03-04T10:00", "2026-03-04T06:00:00.000Z"],
    ["the minute of their end is not", "2026-03-03T07:00", "2026-03-04T10:00", "2026-03-03T06:00:00.000Z"],
  ])("%s", (_, due, start, expected) => {
    expect(sendAt("reminder_24h", due, start)).toEqual([expected]);
  });

  test("what is transactional is sent at once", () => {
    expect(sendAt("booking_confirmed", "2026-03-03T23:00", null)).toEqual(["2026-03-03T22:00:00.000Z"]);
  });

  test("feedback waits for their end; a recipient's own hours come before the company's", () => {
    expect(sendAt("no_show", "2026-03-03T23:00", null)).toEqual(["2026-03-04T06:00:00.000Z"]);
    const preferences = { optOuts: [], preferredChannel: null, quietHours: { from: "20:00", until: "09:30" } };
    const plan = route(
      input({ event: "no_show", settings, dueAt: at("2026-03-03T21:00"), recipient: { preferences } }),
    );
    expect(plan.messages.map(({ sendAt }) => isoOf(sendAt))).toEqual(["2026-03-04T08:30:00.000Z"]);
  });

  test("the recipient's zone counts", () => {
    const zone = "America/New_York";
    const plan = route(input({ event: "no_show", settings, dueAt: at("2026-03-03T23:00"), recipient: { zone } }));
    expect(plan.messages.map(({ sendAt }) => isoOf(sendAt))).toEqual(["2026-03-03T22:00:00.000Z"]);
  });

  test("they end by the clock in the night in which it is put forward", () => {
    expect(sendAt("no_show", "2026-03-28T23:00", null)).toEqual(["2026-03-29T05:00:00.000Z"]);
  });

  test("nothing is sent where neither end nor beginning will do", () => {
    const plan = route(
      input({
        event: "reminder_2h",
        settings,
        now: at("2026-03-03T23:00"),
        dueAt: at("2026-03-03T23:00"),
        notAfter: at("2026-03-04T01:00"),
      }),
    );
    expect(plan.messages).toEqual([]);
    expect(plan.notSent).toContainEqual({ channel: "sms", reason: "quietHours", level: null });
  });
});

describe("whatever is configured", () => {
  const anyRow = fc.record({
    level: fc.constantFrom(...levels),
    channel: fc.constantFrom(...channels),
    isEnabled: fc.boolean(),
    fallbackChannel: fc.option(fc.constantFrom(...channels)),
  });
  const anyCase = fc.record({
    event: fc.constantFrom(...notificationEvents),
    rows: fc.uniqueArray(anyRow, { selector: ({ level, channel }) => `${level} ${channel}`, maxLength: 12 }),
    reachable: fc.subarray([...channels]),
    provided: fc.subarray([...channels]),
    dueMinutes: fc.integer({ min: 0, max: 3000 }),
    startMinutes: fc.option(fc.integer({ min: 1, max: 3000 })),
  });

  test("each channel is used at most once, only if allowed, reachable and not disabled, and never after the start", () => {
    fc.assert(
      fc.property(anyCase, ({ event, rows, reachable, provided, dueMinutes, startMinutes }) => {
        const configurations = rows.map(({ level, channel, ...rest }) => row(level, channel, { event, ...rest }));
        const pick = <T>(from: Record<Channel, T>, keys: Channel[]) =>
          Object.fromEntries(keys.map((key) => [key, from[key]]));
        const minutes = (count: number) => parseInstant(isoOf(now)).add({ minutes: count });
        const notAfter = startMinutes === null ? null : minutes(startMinutes);
        const dueAt = minutes(startMinutes === null ? dueMinutes : Math.min(dueMinutes, startMinutes - 1));
        const plan = route(
          input({
            event,
            configurations,
            providers: pick(allProviders, provided),
            recipient: { addresses: pick(everywhere, reachable) },
            settings: { muted: false, quietHours: { from: "21:00", until: "08:00" }, throttlePerDay: null },
            dueAt,
            notAfter,
          }),
        );
        const used = plan.messages.map(({ channel }) => channel);
        expect(new Set(used).size).toBe(used.length);
        const stopped = plan.notSent.filter(({ reason }) => reason === "disabled").map(({ channel }) => channel);
        for (const { channel, fallback, sendAt } of plan.messages) {
          expect(reachable).toContain(channel);
          expect(provided).toContain(channel);
          expect(stopped).not.toContain(channel);
          if (fallback) {
            expect(used).not.toContain(fallback.channel);
            expect(stopped).not.toContain(fallback.channel);
          }
          if (notAfter) expect(isBefore(sendAt, notAfter)).toBe(true);
          expect(isBefore(sendAt, now)).toBe(false);
        }
      }),
    );
  });
});
