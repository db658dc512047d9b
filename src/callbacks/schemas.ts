import { z } from "zod";
import { weekdays } from "../calendars/rules.ts";
import {
  callbackActions,
  callbackOutcomes,
  callbackPriorities,
  callbackStatuses,
  escalationReasons,
} from "../db/schema.ts";
import { id, idParam, instantReply, instantText, text, uuid } from "../http/fields.ts";
import { actorTypes } from "../tenant.ts";
import { longestTargetMinutes, strategies } from "./rules.ts";

/** What goes over the wire: the one place where the shapes of callbacks, calendars and ladders stand for the API. */

export const callbackParams = z.object({ callbackId: idParam });

const window = z.object({ from: instantReply, until: instantReply });
export const windowText = z.strictObject({ from: instantText, until: instantText });

const callbackFields = {
  id,
  branchId: z.string(),
  customerId: id.nullable(),
  serviceId: id.nullable(),
  staffId: z.string().nullable().meta({ description: "Whom the customer would like to be called by" }),
  phoneNumber: z.string(),
  customerName: z.string(),
  preferredWindow: window.nullable(),
  priority: z.enum(callbackPriorities),
  status: z.enum(callbackStatuses),
  outcome: z.enum(callbackOutcomes).nullable(),
  assignedTo: z.string().nullable(),
  assignedReason: z.string().nullable(),
  needsAssignment: z.boolean(),
  assignedAt: instantReply.nullable(),
  acknowledgedAt: instantReply.nullable(),
  contactedAt: instantReply.nullable(),
  completedAt: instantReply.nullable(),
  expiredAt: instantReply.nullable(),
  cancelledAt: instantReply.nullable(),
  expiresAt: instantReply.meta({ description: "The promise: by when somebody calls" }),
  isOverdue: z.boolean(),
  nextStepAt: instantReply.nullable().meta({ description: "When the ladder is climbed next, if nobody reacts" }),
  sla: z.object({
    targetMs: z.int().min(0),
    consumedMs: z.int().min(0).meta({ description: "Used up before the present run of the clock" }),
    runningSince: instantReply.nullable(),
  }),
  contactAttempts: z.int().min(0),
  decisionId: id.nullable(),
  notes: z.string().nullable(),
  createdAt: instantReply,
  updatedAt: instantReply,
};
export const callback = z.object(callbackFields).meta({ id: "Callback" });
export const openedCallback = z
  .object({ ...callbackFields, isNew: z.boolean().meta({ description: "False: who asked before was asked again" }) })
  .meta({ id: "OpenedCallback" });

const actor = z.object({ type: z.enum(actorTypes), id: z.string().nullable() });
const details = z.record(z.string(), z.unknown());

export const escalation = z
  .object({
    id,
    callbackId: id,
    reason: z.enum(escalationReasons),
    level: id,
    escalatedFrom: z.string().nullable(),
    escalatedTo: z.string().nullable().meta({ description: "Null: nobody was left who had not had it" }),
    escalatedAt: instantReply,
    resolvedAt: instantReply.nullable(),
    resolutionNotes: z.string().nullable(),
    details,
  })
  .meta({ id: "Escalation" });

export const callbackDetail = z
  .object({
    callback,
    timeline: z.array(
      z.object({
        action: z.enum(callbackActions),
        from: z.enum(callbackStatuses).nullable(),
        to: z.enum(callbackStatuses),
        assignedTo: z.string().nullable(),
        actor,
        details,
        at: instantReply,
      }),
    ),
    escalations: z.array(escalation),
    decision: z
      .object({ id, action: z.string(), code: z.string(), appointmentId: id.nullable(), receipt: details })
      .nullable(),
  })
  .meta({ id: "CallbackDetail" });

export const clockReply = z
  .object({
    targetMs: z.int().min(0),
    consumedMs: z.int().min(0),
    expiresAt: instantReply,
    isRunning: z.boolean(),
    counted: z.array(
      z.object({ from: instantReply, until: instantReply, countedMs: z.int().min(0), totalMs: z.int().min(0) }),
    ),
  })
  .meta({ id: "CallbackClock" });

export const changeReply = z
  .object({ eventId: id, type: z.string(), callbackId: id, occurredAt: instantReply, change: details })
  .meta({ id: "CallbackEvent" });

const minutes = (max: number) => z.int().min(1).max(max);
const settingFields = {
  urgentMinutes: minutes(longestTargetMinutes).meta({ description: "Target of urgent callbacks, business time" }),
  highMinutes: minutes(longestTargetMinutes),
  normalMinutes: minutes(longestTargetMinutes),
  strategy: z.enum(strategies),
  autoAssign: z.boolean(),
  cooldownMinutes: minutes(longestTargetMinutes).meta({ description: "Between two escalations, business time" }),
  maxLevels: z.int().min(1).max(10),
  expireAfterHours: z.int().min(1).max(8760).nullable().meta({ description: "After the deadline; null for never" }),
};
export const settingNames = Object.keys(settingFields) as (keyof typeof settingFields)[];
export const settingsBody = z
  .strictObject({
    ...(Object.fromEntries(
      Object.entries(settingFields).map(([name, schema]) => [name, schema.optional()]),
    ) as unknown as { [K in keyof typeof settingFields]: z.ZodOptional<(typeof settingFields)[K]> }),
    reset: z
      .array(z.enum(settingNames as [keyof typeof settingFields]))
      .max(20)
      .default([])
      .meta({
        description: "Fields that are to be inherited again",
      }),
  })
  .meta({ id: "CallbackSettingsChange" });
export const settingsReply = z
  .object({ ...settingFields, branchId: z.string().nullable(), own: details, version: z.int().min(0) })
  .meta({ id: "CallbackSettings" });

const clockTime = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "must be a time like 09:00, at most 24:00");
const date = z.iso.date("must be a date like 2026-12-24");
const opening = z.strictObject({ from: clockTime, until: clockTime });
const hours = z.strictObject(
  Object.fromEntries(weekdays.map((day) => [day, z.array(opening).max(12).optional()])) as Record<
    (typeof weekdays)[number],
    z.ZodOptional<z.ZodArray<typeof opening>>
  >,
);
const placeCode = z.string().min(1).max(10);
const calendarFields = {
  name: text(100).min(1),
  timezone: text(64)
    .nullable()
    .default(null)
    .meta({ description: "IANA; null for the zone of the branch it is used for" }),
  alwaysOpen: z.boolean().default(false),
  hours: hours.default({}),
  holidays: z
    .strictObject({
      country: placeCode,
      state: placeCode.nullable().default(null),
      region: placeCode.nullable().default(null),
    })
    .nullable()
    .default(null),
  closures: z
    .array(z.strictObject({ from: date, until: date, name: text(100).default("") }))
    .max(200)
    .default([]),
};
export const newCalendar = z
  .strictObject({ branchId: uuid.nullable().default(null), ...calendarFields })
  .meta({ id: "NewCalendar" });
export const calendarBody = z.strictObject(calendarFields).meta({ id: "CalendarContent" });
export const calendarReply = z
  .object({
    id,
    branchId: z.string().nullable(),
    name: z.string(),
    timezone: z.string().nullable(),
    alwaysOpen: z.boolean(),
    hours: z.record(z.string(), z.array(z.object({ from: z.string(), until: z.string() }))),
    holidays: z.object({ country: z.string(), state: z.string().nullable(), region: z.string().nullable() }).nullable(),
    closures: z.array(z.object({ from: z.string(), until: z.string(), name: z.string() })),
    version: id,
    createdAt: instantReply,
    updatedAt: instantReply,
  })
  .meta({ id: "Calendar" });

const ladderTarget = z.discriminatedUnion("type", [
  z.strictObject({ type: z.enum(["assignee", "otherStaff", "branchManager", "companyAdmin"]) }),
  z.strictObject({ type: z.literal("staff"), staffId: uuid }),
  z.strictObject({ type: z.literal("email"), address: z.email().max(255) }),
]);
const ladderAt = z.union([
  z.strictObject({ percent: z.int().min(1).max(100) }),
  z.strictObject({ minutes: z.int().min(-longestTargetMinutes).max(longestTargetMinutes) }),
]);
const ladderStep = z.strictObject({
  at: ladderAt.meta({
    description: "Per cent of the target, or business minutes after (negative: before) the deadline",
  }),
  action: z.enum(["notify", "escalate"]),
  to: z.array(ladderTarget).min(1).max(10),
});
export const ladderSteps = z.array(ladderStep).min(1).max(20);
export const newLadder = z
  .strictObject({ branchId: uuid.nullable().default(null), name: text(100).min(1), steps: ladderSteps })
  .meta({ id: "NewLadder" });
export const ladderBody = z.strictObject({ name: text(100).min(1), steps: ladderSteps }).meta({ id: "LadderContent" });
export const ladderReply = z
  .object({
    id,
    branchId: z.string().nullable(),
    name: z.string(),
    steps: z.array(z.object({ at: z.record(z.string(), z.int()), action: z.string(), to: z.array(details) })),
    version: id,
    createdAt: instantReply,
    updatedAt: instantReply,
  })
  .meta({ id: "Ladder" });

const duration = z.object({
  count: z.int().min(0),
  averageMs: z.int().nullable(),
  medianMs: z.int().nullable(),
  p90Ms: z.int().nullable(),
});
const share = { met: z.int().min(0), missed: z.int().min(0), percent: z.number().nullable() };
const count = z.int().min(0);
export const statsReply = z
  .object({
    created: count,
    assigned: count,
    contacted: count,
    completed: count,
    completedByOutcome: z.record(z.enum(callbackOutcomes), count),
    expired: count,
    cancelled: count,
    escalated: count,
    timeToAssign: duration,
    timeToContact: duration,
    lateness: duration.meta({ description: "Promised against actual: after (negative: before) the promised time" }),
    sla: z.object(share),
    slaByPriority: z.array(z.object({ priority: z.enum(callbackPriorities), ...share })),
    slaByBranch: z.array(z.object({ branchId: z.string(), ...share })),
    slaByStaff: z.array(z.object({ staffId: z.string(), ...share })),
    openByAge: z.array(z.object({ age: z.string(), count })),
  })
  .meta({ id: "CallbackStats" });
