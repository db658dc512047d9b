import { z } from "zod";
import type { PolicyType } from "../db/schema.ts";

/** What a policy may say: one schema for API, UI, seeds, tests and the engine. Absent = not set here; null = unlimited. */

const noticeHours = z
  .number()
  .min(0)
  .max(8760)
  .multipleOf(0.25, "must be in quarter hours, such as 24 or 1.5")
  .describe("Hours of notice before the start, in quarter hours");

const amountCents = z.int().min(0).max(100_000_000).describe("In the currency's minor unit");
const percent = z
  .number()
  .min(0)
  .max(100)
  .refine(
    (value) => Math.round(value * 100) === value * 100 || Math.abs(value * 100 - Math.round(value * 100)) < 1e-9,
    {
      message: "must have at most two decimals",
    },
  );

const fixedFee = z.strictObject({ type: z.literal("fixed"), amountCents });
const percentageFee = z.strictObject({ type: z.literal("percentage"), percent });
const tier = z.strictObject({
  minNoticeHours: noticeHours,
  fee: z.discriminatedUnion("type", [fixedFee, percentageFee]),
});

/** `tiers` apply at any notice: the highest whose minNoticeHours is reached; below the lowest, the lowest. */
export const feeSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("none") }),
  fixedFee,
  percentageFee,
  z.strictObject({
    type: z.literal("tiers"),
    tiers: z
      .array(tier)
      .min(1)
      .max(20)
      .refine((tiers) => new Set(tiers.map(({ minNoticeHours }) => minNoticeHours)).size === tiers.length, {
        message: "must not name the same minNoticeHours twice",
      }),
  }),
]);
export type Fee = z.infer<typeof feeSchema>;

const limit = (max: number) => z.int().min(0).max(max).nullable().describe("null means unlimited");
const late = z.enum(["deny", "allow"]);
const feeWhen = z.enum(["late", "always"]);
const graceMinutes = z.int().min(0).max(10080);

const cancellation = {
  minNoticeHours: noticeHours,
  lateCancellation: late,
  fee: feeSchema,
  feeWhen,
  maxPer30Days: limit(1000),
  maxPer90Days: limit(1000),
  graceMinutesAfterBooking: graceMinutes,
  requireReason: z.boolean(),
};

const reschedule = {
  minNoticeHours: noticeHours,
  lateReschedule: late,
  fee: feeSchema,
  feeWhen,
  maxPer30Days: limit(1000),
  maxPer90Days: limit(1000),
  maxPerAppointment: limit(100),
  allowSameDay: z.boolean(),
  graceMinutesAfterBooking: graceMinutes,
  requireReason: z.boolean(),
};

const recurring = {
  allowPartialCancel: z.boolean(),
  fullSeriesNoticeHours: noticeHours,
  partialCancelFee: feeSchema,
  minOccurrencesToKeep: z.int().min(0).max(1000),
};

export const configSchemas = {
  cancellation: z.strictObject(cancellation).partial(),
  reschedule: z.strictObject(reschedule).partial(),
  recurring: z.strictObject(recurring).partial(),
};

type Shapes = { cancellation: typeof cancellation; reschedule: typeof reschedule; recurring: typeof recurring };
/** All fields of a type. */
export type Values<T extends PolicyType = PolicyType> = {
  [K in keyof Shapes[T]]: z.infer<Extract<Shapes[T][K], z.ZodType>>;
};
/** What one configuration sets. */
export type Config<T extends PolicyType = PolicyType> = Partial<Values<T>>;

/** What applies where no configuration says anything: everything is allowed and free. */
export const systemDefaults: { readonly [T in PolicyType]: Values<T> } = {
  cancellation: {
    minNoticeHours: 0,
    lateCancellation: "deny",
    fee: { type: "none" },
    feeWhen: "late",
    maxPer30Days: null,
    maxPer90Days: null,
    graceMinutesAfterBooking: 0,
    requireReason: false,
  },
  reschedule: {
    minNoticeHours: 0,
    lateReschedule: "deny",
    fee: { type: "none" },
    feeWhen: "late",
    maxPer30Days: null,
    maxPer90Days: null,
    maxPerAppointment: null,
    allowSameDay: true,
    graceMinutesAfterBooking: 0,
    requireReason: false,
  },
  recurring: {
    allowPartialCancel: true,
    fullSeriesNoticeHours: 0,
    partialCancelFee: { type: "none" },
    minOccurrencesToKeep: 0,
  },
};

export function fieldsOf(type: PolicyType): string[] {
  return Object.keys(systemDefaults[type]);
}
