import { type Act, audit } from "../audit/log.ts";
import { unknownPlace } from "../calendars/holidays.ts";
import { zoneExists } from "../calendars/open-time.ts";
import { calendarMistake } from "../calendars/rules.ts";
import {
  type CalendarContent,
  deleteCalendar,
  findCalendar,
  insertCalendar,
  type KeptCalendar,
  updateCalendar,
} from "../calendars/store.ts";
import type { Instant } from "../clock.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { invalid, notFound, Refusal } from "../errors.ts";
import { emit } from "../events/outbox.ts";
import { assertMatch } from "../http/preconditions.ts";
import { findBranch, findStaff, unknownId } from "../tenancy/hierarchy.ts";
import { assertTarget, assertWholeCompany } from "../tenancy/reach.ts";
import type { Caller } from "../tenant.ts";
import {
  deleteLadder,
  findLadder,
  insertLadder,
  type KeptLadder,
  ownSettings,
  saveSettings,
  settingsOf,
  updateLadder,
} from "./configuration-store.ts";
import type { LadderStep } from "./ladder.ts";
import { requestRecount } from "./recount.ts";
import type { CallbackSettings } from "./rules.ts";
import { type CalendarView, calendarView, type LadderView, ladderView } from "./views.ts";

/** Writing settings, calendars and ladders: each change has the open callbacks of its place counted anew. */

export async function readCallbackSettings(db: Db, caller: Caller, branchId: string | null) {
  await assertBranch(db, caller, branchId, null);
  const { own, version } = await ownSettings(db, caller, branchId);
  return { ...(await settingsOf(db, caller, branchId)), branchId, own, version };
}

/** Null takes a field back to what is inherited. @param ifMatch an ETag, or null to change whatever is there */
export async function changeCallbackSettings(
  db: Db,
  caller: Caller,
  branchId: string | null,
  change: { readonly [K in keyof CallbackSettings]?: CallbackSettings[K] | undefined },
  reset: readonly (keyof CallbackSettings)[],
  ifMatch: string | null,
) {
  return transaction(db, async (tx) => {
    // Whoever changes the same place waits here: the first statement writes.
    const now = await currentTime(tx);
    await requestRecount(tx, caller, branchId, now);
    await assertBranch(tx, caller, branchId, null);
    const { own, version } = await ownSettings(tx, caller, branchId);
    assertMatch(ifMatch, String(version));
    const set = Object.entries({ ...own, ...change }).filter(
      ([key, value]) => value !== undefined && !reset.includes(key as keyof CallbackSettings),
    );
    const kept = { own: Object.fromEntries(set), version: version + 1 };
    if (!(await saveSettings(tx, caller, branchId, kept, now))) throw changedMeanwhile();
    const subject = { type: "callbackSettings", id: branchId ?? caller.companyId };
    await tell(tx, caller, kept.version, { action: "callbackSettings.change", subject, from: own, to: kept.own }, now);
    return { ...(await settingsOf(tx, caller, branchId)), branchId, ...kept };
  });
}

export async function createCalendar(db: Db, caller: Caller, content: CalendarContent): Promise<CalendarView> {
  assertCalendar(content);
  return transaction(db, async (tx) => {
    const now = await currentTime(tx);
    await requestRecount(tx, caller, content.branchId, now);
    await assertBranch(tx, caller, content.branchId, "/branchId");
    await assertReach(tx, caller, content.branchId);
    const id = await insertCalendar(tx, caller, content, now);
    if (id === null) throw taken("calendar", content.branchId);
    const act = { action: "calendar.create", subject: { type: "calendar", id }, from: null, to: audited(content) };
    await tell(tx, caller, 1, act, now);
    return calendarView(await getCalendar(tx, caller, id));
  });
}

export async function changeCalendar(
  db: Db,
  caller: Caller,
  id: number,
  content: Omit<CalendarContent, "branchId">,
  ifMatch: string | null,
): Promise<CalendarView> {
  assertCalendar(content);
  return transaction(db, async (tx) => {
    const from = await getCalendar(tx, caller, id);
    await assertReach(tx, caller, from.branchId);
    assertMatch(ifMatch, String(from.version));
    const now = await currentTime(tx);
    if (!(await updateCalendar(tx, caller, from, content, now))) throw changedMeanwhile();
    await requestRecount(tx, caller, from.branchId, now);
    const [subject, to] = [
      { type: "calendar", id },
      { branchId: from.branchId, ...content },
    ];
    const act = { action: "calendar.change", subject, from: audited(from), to: audited(to) };
    await tell(tx, caller, from.version + 1, act, now);
    return calendarView(await getCalendar(tx, caller, id));
  });
}

export async function removeCalendar(db: Db, caller: Caller, id: number, ifMatch: string | null): Promise<void> {
  await transaction(db, async (tx) => {
    const from = await getCalendar(tx, caller, id);
    await assertReach(tx, caller, from.branchId);
    assertMatch(ifMatch, String(from.version));
    const now = await currentTime(tx);
    if (!(await deleteCalendar(tx, caller, from))) throw changedMeanwhile();
    await requestRecount(tx, caller, from.branchId, now);
    const act = { action: "calendar.delete", subject: { type: "calendar", id }, from: audited(from), to: null };
    await tell(tx, caller, from.version + 1, act, now);
  });
}

/** @throws Refusal notFound */
export async function getCalendar(db: Db, caller: Caller, id: number): Promise<KeptCalendar> {
  const found = await findCalendar(db, caller, id);
  if (!found) throw notFound("calendar");
  return found;
}

type Ladder = Pick<KeptLadder, "branchId" | "name" | "steps">;

export async function createLadder(db: Db, caller: Caller, ladder: Ladder): Promise<LadderView> {
  return transaction(db, async (tx) => {
    const now = await currentTime(tx);
    await requestRecount(tx, caller, ladder.branchId, now);
    await assertBranch(tx, caller, ladder.branchId, "/branchId");
    await assertReach(tx, caller, ladder.branchId);
    await assertTargets(tx, caller, ladder.steps);
    const id = await insertLadder(tx, caller, ladder, now);
    if (id === null) throw taken("ladder", ladder.branchId);
    await tell(
      tx,
      caller,
      1,
      { action: "ladder.create", subject: { type: "ladder", id }, from: null, to: ladder },
      now,
    );
    return ladderView(await getLadder(tx, caller, id));
  });
}

export async function changeLadder(
  db: Db,
  caller: Caller,
  id: number,
  ladder: Omit<Ladder, "branchId">,
  ifMatch: string | null,
): Promise<LadderView> {
  return transaction(db, async (tx) => {
    const from = await getLadder(tx, caller, id);
    await assertReach(tx, caller, from.branchId);
    assertMatch(ifMatch, String(from.version));
    await assertTargets(tx, caller, ladder.steps);
    const now = await currentTime(tx);
    if (!(await updateLadder(tx, caller, from, ladder, now))) throw changedMeanwhile();
    await requestRecount(tx, caller, from.branchId, now);
    const before = { name: from.name, steps: from.steps };
    const act = { action: "ladder.change", subject: { type: "ladder", id }, from: before, to: ladder };
    await tell(tx, caller, from.version + 1, act, now);
    return ladderView(await getLadder(tx, caller, id));
  });
}

export async function removeLadder(db: Db, caller: Caller, id: number, ifMatch: string | null): Promise<void> {
  await transaction(db, async (tx) => {
    const from = await getLadder(tx, caller, id);
    await assertReach(tx, caller, from.branchId);
    assertMatch(ifMatch, String(from.version));
    const now = await currentTime(tx);
    if (!(await deleteLadder(tx, caller, from))) throw changedMeanwhile();
    await requestRecount(tx, caller, from.branchId, now);
    const { branchId, name, steps } = from;
    const act = { action: "ladder.delete", subject: { type: "ladder", id }, from: { branchId, name, steps }, to: null };
    await tell(tx, caller, from.version + 1, act, now);
  });
}

/** @throws Refusal notFound */
export async function getLadder(db: Db, caller: Caller, id: number): Promise<KeptLadder> {
  const found = await findLadder(db, caller, id);
  if (!found) throw notFound("ladder");
  return found;
}

/** @param pointer of the body's field; null where the branch stands in the path */
async function assertBranch(db: Db, caller: Caller, branchId: string | null, pointer: string | null): Promise<void> {
  if (branchId === null || (await findBranch(db, caller, branchId))) return;
  throw pointer === null ? notFound("branch") : unknownId(pointer, "branch");
}

async function assertReach(db: Db, caller: Caller, branchId: string | null): Promise<void> {
  if (branchId === null) assertWholeCompany(caller);
  else await assertTarget(db, caller, "branch", branchId);
}

/** Staff whom a step names are of this company. */
export async function assertTargets(db: Db, caller: Caller, steps: readonly LadderStep[]): Promise<void> {
  for (const [index, { to }] of steps.entries()) {
    for (const [place, target] of to.entries()) {
      if (target.type !== "staff" || (await findStaff(db, caller, target.staffId))) continue;
      throw unknownId(`/steps/${index}/to/${place}/staffId`, "active staff member");
    }
  }
}

function assertCalendar({ rules }: Pick<CalendarContent, "rules">): void {
  if (rules.timezone !== null && !zoneExists(rules.timezone)) {
    throw invalid("/timezone", "is no IANA time zone; send one like Europe/Berlin, or null for the branch's");
  }
  const mistake = calendarMistake({ ...rules, timezone: rules.timezone ?? "UTC" });
  if (mistake) throw invalid(mistake.day === null ? "/hours" : `/hours/${mistake.day}`, mistake.message);
  const unknown = rules.holidays && unknownPlace(rules.holidays);
  if (unknown) throw invalid(`/holidays/${unknown}`, "has no holidays here; send codes like DE and BE, or null");
  for (const [index, { from, until }] of rules.closures.entries()) {
    if (until < from) throw invalid(`/closures/${index}/until`, "lies before from");
  }
}

function taken(what: string, branchId: string | null): Refusal {
  const place = branchId === null ? "The company" : "This branch";
  return new Refusal("conflict", `${place} has a ${what} already. Change that one.`);
}

function changedMeanwhile(): Refusal {
  return new Refusal("preconditionFailed", "Somebody changed it just now. Read it again and redo the change.");
}

/** Its rules one by one, so that the log says which of them changed. */
function audited({ branchId, name, rules }: Pick<CalendarContent, "branchId" | "name" | "rules">) {
  return { branchId, name, ...rules };
}

async function tell(tx: Tx, caller: Caller, version: number, act: Act, now: Instant): Promise<void> {
  await audit(tx, caller, act, now);
  await emit(tx, caller, { type: "settings.changed", version, actor: caller.actor }, now);
}
