import { isoAt, isoOf } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import type { Caller } from "../tenant.ts";
import { runsOfCallback } from "./clock-store.ts";
import { listEscalationRows } from "./escalation-store.ts";
import { findDecision } from "./prefill-store.ts";
import { consumedAt, explain } from "./sla.ts";
import { getCallback, transitionsOf } from "./store.ts";
import { escalationView, viewFor } from "./views.ts";

/** One callback with everything that happened to it. */
export async function callbackDetail(db: Db, caller: Caller, id: number) {
  const callback = await getCallback(db, caller, id);
  const transitions = await transitionsOf(db, caller, id);
  const escalations = await listEscalationRows(db, caller, { callbackId: id }, Number.MAX_SAFE_INTEGER, 1000);
  return {
    callback: viewFor(caller, await currentTime(db))(callback),
    timeline: transitions.map(({ id: _, actorType, actorId, details, occurredAt, ...rest }) => ({
      ...rest,
      actor: { type: actorType, id: actorId },
      details: (details ?? {}) as Record<string, unknown>,
      at: isoOf(occurredAt),
    })),
    escalations: escalations.map(escalationView),
    decision: await findDecision(db, caller, callback.decisionId),
  };
}

/** Why it is due when it is: every stretch of open time that counts, up to the deadline or to now, whichever is later. */
export async function callbackClock(db: Db, caller: Caller, id: number) {
  const callback = await getCallback(db, caller, id);
  const nowMs = (await currentTime(db)).epochMilliseconds;
  const runs = (await runsOfCallback(db, caller, id)).map(({ startedAt, endedAt, rules }) => ({
    fromMs: startedAt.epochMilliseconds,
    untilMs: endedAt?.epochMilliseconds ?? null,
    rules,
  }));
  const counted = explain(runs, Math.max(nowMs, callback.expiresAt.epochMilliseconds));
  return {
    targetMs: callback.slaTargetMs,
    consumedMs: consumedAt(runs, nowMs),
    expiresAt: isoOf(callback.expiresAt),
    isRunning: callback.slaRunningSince !== null,
    counted: counted.map(({ fromMs, untilMs, ...rest }) => ({
      from: isoAt(fromMs),
      until: isoAt(untilMs),
      ...rest,
    })),
  };
}
