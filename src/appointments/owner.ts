import type { Db } from "../db/connect.ts";
import { Refusal } from "../errors.ts";
import { readOwnership } from "../tenancy/settings.ts";
import type { Tenant } from "../tenant.ts";

/** @throws Refusal ownedByHost where the platform keeps its appointments itself: it does this too, and we see it */
export async function assertOurs(db: Db, tenant: Tenant, what: "book" | "change"): Promise<void> {
  const { appointmentOwner } = await readOwnership(db, tenant);
  if (appointmentOwner === "frontdesk") return;
  throw new Refusal(
    "ownedByHost",
    `This company's appointments are kept by its platform (appointmentOwner: host). ${what === "book" ? "Book it there" : "Change it there"}; it is seen here by itself.`,
  );
}
