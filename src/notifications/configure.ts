import { audit } from "../audit/log.ts";
import type { Instant } from "../clock.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { transaction } from "../db/transaction.ts";
import { invalid, notFound, Refusal } from "../errors.ts";
import { assertMatch } from "../http/preconditions.ts";
import { sha256 } from "../ids.ts";
import { targetExists, unknownId } from "../tenancy/hierarchy.ts";
import { assertTarget } from "../tenancy/reach.ts";
import type { Caller } from "../tenant.ts";
import { allowedChannels } from "./catalogue.ts";
import {
  deleteConfigurationRow,
  findConfiguration,
  findTwin,
  insertConfiguration,
  updateConfiguration,
} from "./configuration-store.ts";
import type { Configuration } from "./effective.ts";
import { namedTemplateExists } from "./template-store.ts";

/** The rows have no version of their own: what they say is theirs. */
export function etagOf(configuration: Configuration): string {
  return sha256(JSON.stringify(Object.entries(configuration).sort())).slice(0, 16);
}

export async function createConfiguration(
  db: Db,
  caller: Caller,
  to: Omit<Configuration, "id">,
): Promise<Configuration> {
  return writing(db, caller, async (tx, now) => {
    if (!(await targetExists(tx, caller, to.level, to.targetId))) throw unknownId("/targetId", to.level);
    await assertTarget(tx, caller, to.level, to.targetId);
    await assertSound(tx, caller, to);
    const twin = await findTwin(tx, caller, to);
    if (twin)
      throw new Refusal(
        "conflict",
        `Configuration ${twin.id} is about this event and channel there already; change that one.`,
      );
    const id = await insertConfiguration(tx, caller, to, now);
    await audit(
      tx,
      caller,
      { action: "notificationConfiguration.create", subject: subjectOf(id), from: null, to },
      now,
    );
    return { ...to, id };
  });
}

export type ConfigurationChange = {
  readonly [K in "fallbackChannel" | "isEnabled" | "retryCount" | "retryDelayMinutes" | "template"]?:
    | Configuration[K]
    | undefined;
};

/** @param ifMatch the ETag it was read with, or null to change whatever is there */
export async function changeConfiguration(
  db: Db,
  caller: Caller,
  id: number,
  change: ConfigurationChange,
  ifMatch: string | null,
): Promise<Configuration> {
  return writing(db, caller, async (tx, now) => {
    const from = await getConfiguration(tx, caller, id);
    await assertTarget(tx, caller, from.level, from.targetId);
    assertMatch(ifMatch, etagOf(from));
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const to = { ...from, ...given };
    await assertSound(tx, caller, to);
    await updateConfiguration(tx, caller, to, now);
    await audit(tx, caller, { action: "notificationConfiguration.change", subject: subjectOf(id), from, to }, now);
    return to;
  });
}

export async function deleteConfiguration(db: Db, caller: Caller, id: number, ifMatch: string | null): Promise<void> {
  await writing(db, caller, async (tx, now) => {
    const from = await getConfiguration(tx, caller, id);
    await assertTarget(tx, caller, from.level, from.targetId);
    assertMatch(ifMatch, etagOf(from));
    await deleteConfigurationRow(tx, caller, id);
    await audit(
      tx,
      caller,
      { action: "notificationConfiguration.delete", subject: subjectOf(id), from, to: null },
      now,
    );
  });
}

const subjectOf = (id: number) => ({ type: "notificationConfiguration", id });

/** @throws Refusal notFound */
export async function getConfiguration(db: Db, caller: Caller, id: number): Promise<Configuration> {
  const found = await findConfiguration(db, caller, id);
  if (!found) throw notFound("notification configuration");
  return found;
}

async function assertSound(tx: Tx, caller: Caller, to: Omit<Configuration, "id">): Promise<void> {
  const { event, channel, fallbackChannel, template } = to;
  const allowed = allowedChannels(event);
  if (!allowed.includes(channel)) throw invalid("/channel", `must be one of ${allowed.join(", ")} for ${event}`);
  if (fallbackChannel !== null && (fallbackChannel === channel || !allowed.includes(fallbackChannel))) {
    throw invalid("/fallbackChannel", `must be another one of ${allowed.join(", ")}, or null`);
  }
  if (template !== null && !(await namedTemplateExists(tx, caller, event, channel, template))) {
    throw invalid("/template", "names no template of this event and channel; save one under this name first");
  }
}

async function writing<T>(db: Db, caller: Caller, work: (tx: Tx, now: Instant) => Promise<T>): Promise<T> {
  return transaction(db, async (tx) => {
    await takeLock(tx, caller, "policies", caller.companyId);
    return work(tx, await currentTime(tx));
  });
}
