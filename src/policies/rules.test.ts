import { describe, expect, test } from "vitest";
import { configSchemas, systemDefaults } from "./rules.ts";
import { parseConfig } from "./write.ts";

describe("a configuration", () => {
  test.each([
    ["cancellation", { minNoticeHours: 24, lateCancellation: "deny", maxPer30Days: 3 }],
    ["cancellation", { minNoticeHours: 1.25, fee: { type: "percentage", percent: 12.5 }, feeWhen: "always" }],
    [
      "cancellation",
      { fee: { type: "fixed", amountCents: 2550 }, maxPer90Days: null, graceMinutesAfterBooking: 10080 },
    ],
    ["cancellation", { minNoticeHours: 8760, maxPer30Days: 999, requireReason: true }],
    [
      "cancellation",
      {
        fee: {
          type: "tiers",
          tiers: [
            { minNoticeHours: 48, fee: { type: "fixed", amountCents: 0 } },
            { minNoticeHours: 0, fee: { type: "percentage", percent: 33.33 } },
          ],
        },
      },
    ],
    ["reschedule", { maxPerAppointment: 2, allowSameDay: false, lateReschedule: "allow" }],
    ["recurring", { allowPartialCancel: false, fullSeriesNoticeHours: 48, minOccurrencesToKeep: 3 }],
    ["recurring", { partialCancelFee: { type: "none" } }],
  ] as const)("of type %s may say %j, and is kept as it was said", (type, config) => {
    expect(parseConfig(type, config)).toEqual(config);
  });

  test.each([
    ["cancellation", { minNoticeHours: -1 }, "/config/minNoticeHours"],
    ["cancellation", { minNoticeHours: 8760.25 }, "/config/minNoticeHours"],
    ["cancellation", { minNoticeHours: 1.1 }, "/config/minNoticeHours"],
    ["cancellation", { minNoticeHours: "24" }, "/config/minNoticeHours"],
    ["cancellation", { minNoticeHours: null }, "/config/minNoticeHours"],
    ["cancellation", { maxPer30Days: 1001 }, "/config/maxPer30Days"],
    ["cancellation", { maxPer30Days: 2.5 }, "/config/maxPer30Days"],
    ["cancellation", { lateCancellation: "maybe" }, "/config/lateCancellation"],
    ["cancellation", { graceMinutesAfterBooking: 10081 }, "/config/graceMinutesAfterBooking"],
    ["cancellation", { requireReason: "yes" }, "/config/requireReason"],
    ["cancellation", { fee: { type: "percentage", percent: 100.01 } }, "/config/fee/percent"],
    ["cancellation", { fee: { type: "percentage", percent: 12.345 } }, "/config/fee/percent"],
    ["cancellation", { fee: { type: "fixed", amountCents: 1.5 } }, "/config/fee/amountCents"],
    ["cancellation", { fee: { type: "fixed", amountCents: -1 } }, "/config/fee/amountCents"],
    ["cancellation", { fee: { type: "fixed" } }, "/config/fee/amountCents"],
    ["cancellation", { fee: { type: "gift" } }, "/config/fee/type"],
    ["cancellation", { fee: { type: "tiers", tiers: [] } }, "/config/fee/tiers"],
    [
      "cancellation",
      {
        fee: {
          type: "tiers",
          tiers: [
            { minNoticeHours: 4, fee: { type: "fixed", amountCents: 1 } },
            { minNoticeHours: 4, fee: { type: "fixed", amountCents: 2 } },
          ],
        },
      },
      "/config/fee/tiers",
    ],
    ["cancellation", { maxPerAppointment: 2 }, "/config/maxPerAppointment"],
    ["reschedule", { lateCancellation: "deny" }, "/config/lateCancellation"],
    ["reschedule", { maxPerAppointment: 101 }, "/config/maxPerAppointment"],
    ["recurring", { minOccurrencesToKeep: 1001 }, "/config/minOccurrencesToKeep"],
    ["cancellation", { minNotice: 24 }, "/config/minNotice"],
  ] as const)("of type %s may not say %j", (type, config, pointer) => {
    expect(() => parseConfig(type, config)).toThrow(
      expect.objectContaining({ code: "validationFailed", fields: [expect.objectContaining({ pointer })] }),
    );
  });

  test("names the field that nobody knows", () => {
    expect(() => parseConfig("cancellation", { minNotice: 24 })).toThrow(
      expect.objectContaining({ fields: [expect.objectContaining({ message: expect.stringContaining("minNotice") })] }),
    );
  });

  test("tells of each mistake at once", () => {
    const config = { minNoticeHours: -1, maxPer30Days: -1, requireReason: 1 };
    expect(() => parseConfig("cancellation", config)).toThrow(
      expect.objectContaining({ fields: [expect.anything(), expect.anything(), expect.anything()] }),
    );
  });

  test("the defaults are themselves configurations, and allow everything for nothing", () => {
    for (const type of ["cancellation", "reschedule", "recurring"] as const) {
      expect(configSchemas[type].parse(systemDefaults[type])).toEqual(systemDefaults[type]);
    }
  });
});
