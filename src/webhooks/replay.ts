import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { notFound, Refusal } from "../errors.ts";
import type { Caller } from "../tenant.ts";
import { type DeliveryRow, findDelivery, listDeliveries, requeue } from "./delivery-store.ts";
import { findEndpoint } from "./endpoint-store.ts";
import { deliveryView } from "./views.ts";

const mostAtOnce = 500;

/** Sends it once more, with its old id and body. @throws Refusal conflict for one that is on its way already */
export async function replayWebhook(db: Db, caller: Caller, id: number) {
  return transaction(db, async (tx) => {
    const row = await findDelivery(tx, caller, id);
    if (!row) throw notFound("webhook delivery");
    await assertEnabled(tx, caller, row.endpointId);
    if ((await requeue(tx, caller, [id], await currentTime(tx))) === 0) {
      throw new Refusal("conflict", "It is on its way already. Wait until it was delivered or has failed.");
    }
    return deliveryView((await findDelivery(tx, caller, id)) as DeliveryRow);
  });
}

/** The failed ones of an endpoint, the newest 500. @returns how many were put back */
export async function replayFailed(db: Db, caller: Caller, endpointId: number): Promise<{ replayed: number }> {
  return transaction(db, async (tx) => {
    if (!(await findEndpoint(tx, caller, endpointId))) throw notFound("webhook endpoint");
    await assertEnabled(tx, caller, endpointId);
    const failed = { endpointId, status: "failed" } as const;
    const rows = await listDeliveries(tx, caller, failed, Number.MAX_SAFE_INTEGER, mostAtOnce);
    const ids = rows.map(({ id }) => id);
    return { replayed: await requeue(tx, caller, ids, await currentTime(tx)) };
  });
}

async function assertEnabled(tx: Tx, caller: Caller, endpointId: number): Promise<void> {
  const endpoint = await findEndpoint(tx, caller, endpointId);
  if (endpoint?.isEnabled !== true) throw new Refusal("conflict", "The endpoint is disabled. Enable it first.");
}
