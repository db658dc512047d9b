import { actorTypes } from "../../tenant.ts";
import {
  bigint,
  code,
  defaulted,
  id,
  instant,
  integer,
  type JsonValue,
  json,
  oneOf,
  optional,
  optionalJson,
  owner,
  reference,
  varchar,
} from "../columns.ts";
import { table } from "../table.ts";
import { callbackStatuses } from "./core.ts";

/** What calling back in time needs besides the two core tables: who may decide, opening hours, settings, history. */

export const grantedRoles = ["admin", "manager", "receptionist", "staff", "viewer"] as const;
export const callbackActions = [
  "create",
  "assign",
  "autoAssign",
  "reassign",
  "acknowledge",
  "contact",
  "attempt",
  "complete",
  "cancel",
  "expire",
  "escalate",
  "giveUp",
  "orphan",
  "change",
] as const;
export type CallbackAction = (typeof callbackActions)[number];

const companyId = owner();
const timestamps = { created_at: instant(), updated_at: instant() };
const ofCompany = { company_id: ["companies(id)", "cascade"] } as const;
const ofBranch = { ...ofCompany, branch_id: ["branches(id)", "cascade"] } as const;
const ofCallback = {
  ...ofCompany,
  "company_id, callback_request_id": ["callback_requests(company_id, id)", "cascade"],
} as const;
const version = defaulted(integer(1, 2_000_000_000), 1);
/** `company`, or the id of the branch it is for: unlike a null it can be unique. */
const scope = code(36);

/** Who a user is in a company; without a branch, in all of them. `staff_id` says who they are among the staff. */
export const roleGrants = table(
  "role_grants",
  {
    id: id(),
    company_id: companyId,
    user_id: reference<number>("users.id"),
    role: oneOf(grantedRoles),
    branch_id: optional(reference<string>("branches.id")),
    staff_id: optional(reference<string>("staff.id")),
    ...timestamps,
  },
  {
    unique: { user: ["company_id", "user_id", "branch_id"] },
    index: { role: ["company_id", "role"], user: ["user_id"], branch: ["branch_id"], staff: ["staff_id"] },
    foreign: { ...ofBranch, user_id: ["users(id)", "cascade"], staff_id: ["staff(id)", "set null"] },
  },
);

export const businessCalendars = table(
  "business_calendars",
  {
    id: id(),
    company_id: companyId,
    scope,
    branch_id: optional(reference<string>("branches.id")),
    name: varchar(100),
    rules: json<JsonValue>(),
    version,
    ...timestamps,
  },
  { unique: { scope: ["company_id", "scope"] }, index: { branch: ["branch_id"] }, foreign: ofBranch },
);

/** Calendars as they were when a clock ran by them, each content once. */
export const calendarSnapshots = table(
  "calendar_snapshots",
  { id: id(), company_id: companyId, hash: code(64), rules: json<JsonValue>(), ...timestamps },
  { unique: { hash: ["company_id", "hash"] }, foreign: ofCompany },
);

export const callbackSettings = table(
  "callback_settings",
  {
    id: id(),
    company_id: companyId,
    scope,
    branch_id: optional(reference<string>("branches.id")),
    settings: json<JsonValue>(),
    version,
    ...timestamps,
  },
  { unique: { scope: ["company_id", "scope"] }, index: { branch: ["branch_id"] }, foreign: ofBranch },
);

export const escalationLadders = table(
  "escalation_ladders",
  {
    id: id(),
    company_id: companyId,
    scope,
    branch_id: optional(reference<string>("branches.id")),
    name: varchar(100),
    steps: json<JsonValue>(),
    version,
    ...timestamps,
  },
  { unique: { scope: ["company_id", "scope"] }, index: { branch: ["branch_id"] }, foreign: ofBranch },
);

/** One row a branch: the lock under which callbacks are created and handed out, and whose turn it was last. */
export const callbackDesks = table(
  "callback_desks",
  {
    id: id(),
    company_id: companyId,
    branch_id: reference<string>("branches.id"),
    last_staff_id: optional(code(36)),
    n: defaulted(bigint(), 1),
  },
  { unique: { branch: ["company_id", "branch_id"] }, index: { branch: ["branch_id"] }, foreign: ofBranch },
);

/** Append-only: everything that was done to a callback, and who had it afterwards. */
export const callbackTransitions = table(
  "callback_transitions",
  {
    id: id(),
    company_id: companyId,
    callback_request_id: reference<number>("callback_requests.id"),
    action: oneOf(callbackActions),
    from_status: optional(oneOf(callbackStatuses)),
    to_status: oneOf(callbackStatuses),
    assigned_to: optional(code(36)),
    actor_type: oneOf(actorTypes),
    actor_id: optional(code(36)),
    details: optionalJson<JsonValue>(),
    occurred_at: instant(),
    ...timestamps,
  },
  { index: { callback: ["company_id", "callback_request_id", "occurred_at"] }, foreign: ofCallback },
);

/** Each stretch in which a callback's clock ran, with the calendar and the target it ran by. */
export const callbackRuns = table(
  "callback_runs",
  {
    id: id(),
    company_id: companyId,
    callback_request_id: reference<number>("callback_requests.id"),
    calendar_snapshot_id: reference<number>("calendar_snapshots.id"),
    target_ms: bigint(),
    started_at: instant(),
    ended_at: optional(instant()),
    ...timestamps,
  },
  {
    index: {
      callback: ["company_id", "callback_request_id", "started_at"],
      calendar: ["calendar_snapshot_id"],
    },
    foreign: { ...ofCallback, calendar_snapshot_id: ["calendar_snapshots(id)", "cascade"] },
  },
);

/** Open callbacks of these places are to be counted anew, since a setting, a calendar or a ladder was changed. */
export const callbackRecounts = table(
  "callback_recounts",
  { id: id(), company_id: companyId, scope, requested_at: instant(), ...timestamps },
  { unique: { scope: ["company_id", "scope"] }, foreign: ofCompany },
);

export const callbackTables = [
  roleGrants,
  businessCalendars,
  calendarSnapshots,
  callbackSettings,
  escalationLadders,
  callbackDesks,
  callbackTransitions,
  callbackRuns,
  callbackRecounts,
] as const;
