import type { Db } from "../db/connect.ts";
import type { Tenant } from "../tenant.ts";

type Changes = Readonly<Record<string, { readonly from?: unknown; readonly to?: unknown } | undefined>>;

/** The names, addresses and numbers that a customer once had here: texts may name the person by them. */
export async function formerWords(db: Db, tenant: Tenant, customerId: number): Promise<string[]> {
  const lines = await db
    .of(tenant)
    .selectFrom("audit_log")
    .select("changes")
    .where("customer_id", "=", customerId)
    .where("subject_type", "=", "customer")
    .where("salt", "is not", null)
    .execute();
  const words = lines.flatMap(({ changes }) => {
    const { name, email, phone } = JSON.parse(changes) as Changes;
    return [name, email, phone].flatMap((change) => [change?.from, change?.to]);
  });
  return [...new Set(words.filter((word) => typeof word === "string"))];
}
