import { acrossCompanies } from "../db/across-companies.ts";
import type { Tx } from "../db/connect.ts";
import { hostRefusal } from "../db/host-refusals.ts";
import { lacksColumn } from "../db/host-shape.ts";
import { Refusal } from "../errors.ts";
import type { Tenant } from "../tenant.ts";

/** A service's links: the two tables have the same shape. */
export type LinkTable = "service_staff" | "branch_service";

const targets = { service_staff: "staff_id", branch_service: "branch_id" } as const;

export interface LinkRow {
  readonly id: number;
  readonly targetId: string;
  readonly isActive: boolean;
}

/** All of a service, those switched off too. */
export async function linkRows(tx: Tx, tenant: Tenant, table: LinkTable, serviceId: number): Promise<LinkRow[]> {
  const rows = await tx
    .of(tenant)
    .selectFrom(table as "service_staff")
    .select(["id", targetOf(table), "is_active"])
    .where("service_id", "=", serviceId)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    targetId: (row as unknown as Record<string, string>)[targets[table]] as string,
    isActive: row.is_active,
  }));
}

/** The guard takes no row of a table that has no company of its own: service and target were looked up in this transaction. */
export async function insertLink(tx: Tx, table: LinkTable, serviceId: number, targetId: string): Promise<void> {
  const values = { service_id: serviceId, [targetOf(table)]: targetId, is_active: true } as never;
  await taken(
    tx,
    table,
    acrossCompanies(tx)
      .insertInto(table as "service_staff")
      .values(values)
      .execute(),
  );
}

/** A platform's table that knows no switch loses the row. */
export async function switchLink(tx: Tx, tenant: Tenant, table: LinkTable, id: number, isActive: boolean) {
  const of = tx.of(tenant);
  const write = lacksColumn(tx.host, table, "is_active")
    ? of.deleteFrom(table as "service_staff").where("id", "=", id)
    : of
        .updateTable(table as "service_staff")
        .set({ is_active: isActive })
        .where("id", "=", id);
  await taken(tx, table, write.execute());
}

/** The tables are alike but for this column; what they have in common is typed as one of them. */
const targetOf = (table: LinkTable) => targets[table] as "staff_id";

/** What a platform's own rules forbid is the caller's to know. */
async function taken(tx: Tx, table: LinkTable, write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    const refusal = tx.host === null ? null : hostRefusal(error, table);
    throw refusal === null ? error : new Refusal("conflict", refusal.message);
  }
}
