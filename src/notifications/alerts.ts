import { plusMilliseconds } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { transaction } from "../db/transaction.ts";
import { stuckEventsAcrossCompanies } from "../events/pending-store.ts";
import type { Installation } from "../installation.ts";
import {
  attemptsSinceAcrossCompanies,
  deadSinceAcrossCompanies,
  disabledEndpointsAcrossCompanies,
  insertAlert,
  openAlertsAcrossCompanies,
  type Trouble,
  updateAlert,
} from "./alert-store.ts";
import { hasOperators, tellOperators } from "./operators.ts";

const windowMilliseconds = 15 * 60_000;
/** A provider is ill when of at least so many attempts at least half fail; a fallback that works does not hide it. */
const attemptsThatTell = 10;

/** A chore: raises an alert for each trouble, once, and ends it with its cause. @returns how many were raised */
export async function alertOperatorsAcrossCompanies(db: Db, installation: Installation): Promise<number> {
  const troubles = await troublesAcrossCompanies(db);
  const open = await openAlertsAcrossCompanies(db);
  const keyOf = ({ companyId, kind, subject }: Pick<Trouble, "companyId" | "kind" | "subject">) =>
    `${companyId} ${kind} ${subject}`;
  const [known, present] = [new Set(open.map(keyOf)), new Set(troubles.map(keyOf))];
  const fresh = troubles.filter((trouble) => !known.has(keyOf(trouble)));
  for (const trouble of fresh) {
    await transaction(db, async (tx) => {
      await takeLock(tx, trouble, "policies", trouble.companyId);
      const again = (await openAlertsAcrossCompanies(tx)).some((alert) => keyOf(alert) === keyOf(trouble));
      if (!again) await insertAlert(tx, trouble, await currentTime(tx));
    });
  }
  for (const alert of open.filter((alert) => !present.has(keyOf(alert)))) {
    await transaction(db, async (tx) => updateAlert(tx, alert, alert.id, { resolved_at: await currentTime(tx) }));
  }
  await tell(db, installation);
  return fresh.length;
}

async function troublesAcrossCompanies(db: Db): Promise<Trouble[]> {
  const since = plusMilliseconds(await currentTime(db), -windowMilliseconds);
  const attempts = Map.groupBy(
    await attemptsSinceAcrossCompanies(db, since),
    ({ companyId, channel }) => `${companyId} ${channel}`,
  );
  const ill = [...attempts.values()].flatMap((rows): Trouble[] => {
    const [{ companyId, channel } = { companyId: 0, channel: "" }] = rows;
    const all = rows.reduce((sum, { count }) => sum + count, 0);
    const bad = rows.reduce((sum, { outcome, count }) => sum + (outcome === "sent" ? 0 : count), 0);
    if (all < attemptsThatTell || bad * 2 < all) return [];
    return [
      {
        companyId,
        kind: "provider_ill",
        subject: channel,
        detail: `${bad} of ${all} attempts by ${channel} failed within 15 minutes.`,
      },
    ];
  });
  const dead = (await deadSinceAcrossCompanies(db, since)).map(({ companyId, status, count }): Trouble => {
    const kind = status === "unknown" ? "unknown_outcomes" : "dead_letters";
    return {
      companyId,
      kind,
      subject: status,
      detail: `${count} messages ended as ${status} within 15 minutes: see GET /deliveries/dead-letters.`,
    };
  });
  const stuck = (await stuckEventsAcrossCompanies(db, "notifications")).map(
    ({ companyId, eventId, lastError }): Trouble => ({
      companyId,
      kind: "event_not_planned",
      subject: String(eventId),
      detail: (lastError ?? "").slice(0, 500),
    }),
  );
  const silenced = (await disabledEndpointsAcrossCompanies(db)).map(
    ({ companyId, id, reason }): Trouble => ({
      companyId,
      kind: "webhook_disabled",
      subject: String(id),
      detail: `Webhook endpoint ${id} was disabled (${reason}): mend it, enable it and replay what failed.`,
    }),
  );
  return [...ill, ...dead, ...stuck, ...silenced];
}

/** What could not be told is told the next time. */
async function tell(db: Db, installation: Installation): Promise<void> {
  const untold = (await openAlertsAcrossCompanies(db)).filter(({ toldAt }) => toldAt === null);
  if (untold.length === 0 || !hasOperators(installation)) return;
  const lines = untold.map(({ companyId, kind, detail }) => `Company ${companyId}: ${kind}. ${detail}`);
  const alerts = untold.map(({ toldAt: _, id: __, ...alert }) => alert);
  if (!(await tellOperators(installation, { alerts, lines }))) return;
  for (const alert of untold) {
    await transaction(db, async (tx) => updateAlert(tx, alert, alert.id, { told_at: await currentTime(tx) }));
  }
}
