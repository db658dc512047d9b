import { audit } from "../audit/log.ts";
import type { Instant } from "../clock.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { lacksColumn } from "../db/host-shape.ts";
import { transaction } from "../db/transaction.ts";
import { Refusal } from "../errors.ts";
import { assertMatch, etagOfView } from "../http/preconditions.ts";
import type { Caller } from "../tenant.ts";
import { aboutOf, auditedOf, getEntryForUpdate, lockFor, subjectOf, viewOf } from "./entries.ts";
import type { Kind } from "./kinds.ts";
import { hasAppointmentsToCome, hasOpenCallbacks, hasPeopleOrServices } from "./obstacles-store.ts";
import { markDeleted } from "./store.ts";

/**
 * Softly: from now on it does not exist here; its past appointments, decisions and log stay.
 * @throws Refusal conflict while something that is still to happen names it, or the platform keeps no deleted rows
 */
export async function deleteEntry(
  db: Db,
  caller: Caller,
  kind: Kind,
  id: number | string,
  ifMatch: string | null,
): Promise<void> {
  await transaction(db, async (tx) => {
    await lockFor(tx, caller, kind, id);
    const from = await getEntryForUpdate(tx, caller, kind, id);
    assertMatch(ifMatch, etagOfView(viewOf(from)));
    if (lacksColumn(tx.host, kind.table, "deleted_at")) throw keptByPlatform(kind);
    const now = await currentTime(tx);
    await assertNothingHangs(tx, caller, kind, id, now);
    await markDeleted(tx, caller, kind, id, now);
    const act = { action: `${subjectOf(kind)}.delete`, from: auditedOf(from), to: null };
    await audit(tx, caller, { ...act, ...aboutOf(kind, id) }, now);
  });
}

function keptByPlatform({ table, noun, fields }: Kind): Refusal {
  const instead = "isActive" in fields ? ` Switch the ${noun} off (isActive), or delete` : " Delete";
  return new Refusal(
    "conflict",
    `The platform's table ${table} has no column deleted_at, and rows are not taken out of it here.${instead} it in the platform.`,
  );
}

const columns = { branches: "branch_id", services: "service_id", staff: "staff_id", customers: "customer_id" } as const;

async function assertNothingHangs(
  tx: Tx,
  caller: Caller,
  { table, noun }: Kind,
  id: number | string,
  now: Instant,
): Promise<void> {
  if (table === "companies") throw new Error("A company is deleted across companies.");
  const refuse = (what: string, instead: string) =>
    new Refusal("conflict", `There are ${what} of this ${noun}. ${instead} first.`);
  if (await hasAppointmentsToCome(tx, caller, columns[table], id, now)) {
    throw refuse("appointments to come", "Cancel or move them");
  }
  // Those of staff are given to somebody else.
  if (table !== "branches" && table !== "customers") return;
  if (await hasOpenCallbacks(tx, caller, columns[table], id)) throw refuse("open callbacks", "Complete or cancel them");
  if (table === "branches" && (await hasPeopleOrServices(tx, caller, id as string))) {
    throw refuse("staff or services", "Move or delete them");
  }
}
