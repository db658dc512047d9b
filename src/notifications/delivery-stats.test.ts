import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { aBranch, aCompany, anAppointment } from "../../test/factories.ts";
import { openCallback } from "../callbacks/open.ts";
import { type Instant, localDate, parseInstant, plusMilliseconds } from "../clock.ts";
import { channels, type DeliveryStatus, deliveryStatuses } from "../db/schema.ts";
import { transaction } from "../db/transaction.ts";
import type { Tenant } from "../tenant.ts";
import type { Channel } from "./catalogue.ts";
import { deliveryStats } from "./delivery-stats.ts";

const now = parseInstant("2026-11-04T08:00:00Z");
const ago = (hours: number): Instant => plusMilliseconds(now, -hours * 3_600_000);

interface Made {
  readonly about: About;
  readonly hoursAgo: number;
  readonly channel: Channel;
  readonly status: DeliveryStatus;
}
/** What a message is about, and for which reaches it counts. */
interface About {
  readonly branchId: string | null;
  readonly columns: object;
}

onEveryDatabase("the figures of deliveries", (db) => {
  async function write(tenant: Tenant, { about, hoursAgo, channel, status }: Made): Promise<void> {
    const at = ago(hoursAgo);
    const row = {
      public_id: randomUUID(),
      event_id: 1,
      event_type: "cancellation",
      recipient_type: "customer",
      recipient_id: randomUUID(),
      recipient_name: "Petra",
      channel,
      locale: "de",
      payload: {},
      status,
      planned_from: "company",
      retries_left: 0,
      retry_delay_minutes: 5,
      due_at: at,
      created_at: at,
      updated_at: at,
      ...about.columns,
    } as const;
    await transaction(db(), (tx) => tx.of(tenant).insertInto("notification_deliveries").values(row).execute());
  }

  test("are what counting by hand makes of them, of any period and branch and for whoever reaches what", async () => {
    db().clock.moveTo(now);
    const [mine, theirs] = [await aCompany(db()), await aCompany(db())];
    const other = await aBranch(db(), mine.caller, { timezone: "America/New_York" });
    const callback = await openCallback(db(), mine.caller, {
      ...{ branchId: other, phoneNumber: "030 5551234", customerName: "Petra", preferredWindow: null },
      ...{ priority: "normal", notes: null, decisionId: null },
    });
    const abouts: About[] = [
      { branchId: mine.branchId, columns: { appointment_id: await anAppointment(db(), mine) } },
      { branchId: other, columns: { callback_id: callback.id } },
      { branchId: null, columns: { recipient_type: "staff", recipient_id: mine.staffId } },
    ];
    const made = fc
      .sample(anyOf(abouts), { numRuns: 200, seed: 20_261_104 })
      .map((each, number) => ({ ...each, about: unique(each.about, number) }));
    for (const each of made) await write(mine.caller, each);
    const theirAppointment = await anAppointment(db(), theirs);
    for (const each of made.slice(0, 20)) {
      await write(theirs.caller, { ...each, about: { branchId: null, columns: { appointment_id: theirAppointment } } });
    }

    const all = { companyId: mine.companyId };
    const bound = { ...all, reach: { branches: [other], staff: [] } };
    const own = { ...all, reach: { branches: [], staff: [mine.staffId] } };
    for (const [tenant, isReached] of [
      [all, () => true],
      [bound, ({ about }: Made) => about.branchId === other],
      [own, ({ about }: Made) => about.branchId === null],
    ] as const) {
      for (const branchId of [undefined, mine.branchId, other, theirs.branchId]) {
        const zone = branchId === other ? "America/New_York" : "Europe/Berlin";
        const [from, until] = [ago(500), ago(100)];
        const counted = made.filter(
          (each) =>
            isReached(each) &&
            each.hoursAgo <= 500 &&
            each.hoursAgo > 100 &&
            (branchId === undefined || each.about.branchId === branchId),
        );
        const stats = await deliveryStats(db(), tenant, { from, until, branchId });
        expect(stats).toMatchObject(byHand(counted));
        expect(stats.timeZone).toBe(zone);
        expect(stats.byChannel).toEqual(
          channels.map((channel) => ({ channel, ...byHand(counted.filter((each) => each.channel === channel)) })),
        );
        expect(stats.byDay).toEqual(
          stats.byDay.map(({ day }) => ({
            day,
            ...byHand(counted.filter(({ hoursAgo }) => localDate(ago(hoursAgo), zone) === day)),
          })),
        );
        expect(stats.byDay[0]?.day).toBe(localDate(from, zone));
        expect(stats.byDay.at(-1)?.day).toBe(localDate(plusMilliseconds(until, -1), zone));
      }
    }
  });
});

function anyOf(abouts: readonly About[]): fc.Arbitrary<Made> {
  return fc.record({
    about: fc.constantFrom(...abouts),
    hoursAgo: fc.integer({ min: 1, max: 2400 }).map((quarters) => quarters / 4),
    channel: fc.constantFrom(...channels),
    status: fc.constantFrom(...deliveryStatuses),
  });
}

/** One event tells each recipient once by a channel. */
function unique(about: About, event_id: number): About {
  return { ...about, columns: { ...about.columns, event_id } };
}

function byHand(made: readonly Made[]) {
  const count = (...statuses: DeliveryStatus[]) => made.filter(({ status }) => statuses.includes(status)).length;
  const [sent, delivered, failed] = [count("sent"), count("delivered"), count("failed", "bounced", "unknown")];
  const tried = sent + delivered + failed;
  return {
    sent,
    delivered,
    failed,
    pending: count("queued", "sending"),
    notSent: count("skipped", "expired", "superseded"),
    percent: tried === 0 ? null : Number((((sent + delivered) / tried) * 100).toFixed(2)),
  };
}
