import { z } from "zod";
import { initiators } from "../db/schema.ts";
import { id, instantIn, instantText, text, uuid } from "../http/fields.ts";
import { route } from "../http/route.ts";
import { decisionFields, decisionView } from "./decision-view.ts";
import { simulate } from "./simulate.ts";

const made = {
  branchId: uuid,
  serviceId: id,
  staffId: uuid.nullable().default(null),
  startsAt: instantText,
  durationMinutes: z
    .int()
    .min(1)
    .max(10_080)
    .nullable()
    .default(null)
    .meta({ description: "The service's when left out" }),
  priceCents: z
    .int()
    .min(0)
    .max(2_000_000_000)
    .nullable()
    .default(null)
    .meta({ description: "The service's when left out" }),
  bookedAt: instantText.nullable().default(null).meta({ description: "When left out, there is no time of grace" }),
  at: instantText.nullable().default(null).meta({ description: "When the customer asks; now when left out" }),
  initiatedBy: z.enum(initiators).default("customer"),
  reason: text(2000).nullable().default(null),
  used30Days: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(0)
    .meta({ description: "Changes of this kind in the last 30 days" }),
  used90Days: z.int().min(0).max(1_000_000).default(0),
};

export const simulationRoute = route({
  method: "POST",
  path: "/policies/simulations",
  tag: "policies",
  permission: "policies:read",
  summary: "What the policies of now would decide about an appointment that is made up; nothing is kept",
  body: z
    .discriminatedUnion("action", [
      z.strictObject({ action: z.literal("cancel"), ...made }),
      z.strictObject({
        action: z.literal("reschedule"),
        ...made,
        to: instantText.meta({ description: "Its new start; the staff member is taken to be free then" }),
        movesSoFar: z.int().min(0).max(1_000_000).default(0),
      }),
    ])
    .meta({ id: "Simulation" }),
  reply: z.object(decisionFields).meta({ id: "SimulatedDecision" }),
  async handle({ db, caller, body }) {
    const { startsAt, bookedAt, at, ...rest } = body;
    const instantOrNull = (given: string | null) => (given === null ? null : instantIn(given));
    return decisionView(
      await simulate(db, caller, {
        ...rest,
        startsAt: instantIn(startsAt),
        bookedAt: instantOrNull(bookedAt),
        at: instantOrNull(at),
        moveTo: body.action === "cancel" ? null : instantIn(body.to),
        movesSoFar: body.action === "cancel" ? 0 : body.movesSoFar,
      }),
    );
  },
});
