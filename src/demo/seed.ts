import { randomUUID } from "node:crypto";
import { acrossCompanies } from "../db/across-companies.ts";
import type { Db } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { createPolicy } from "../policies/write.ts";
import { type Caller, machineCaller } from "../tenant.ts";
import { customerNames, type DemoCompany } from "./companies.ts";

/** Where a demo company's rows are. */
export interface Places {
  readonly caller: Caller;
  readonly name: string;
  readonly branches: readonly { readonly id: string; readonly staff: readonly string[] }[];
  readonly services: readonly number[];
  readonly customers: readonly number[];
  readonly visits: DemoCompany["visits"];
  readonly reasons: DemoCompany["reasons"];
}

/** Makes the company with its branches, services, staff, customers and policies. */
export async function seedCompanyAcrossCompanies(db: Db, company: DemoCompany): Promise<Places> {
  const places = await transaction(db, async (tx): Promise<Places> => {
    const { insertId } = await acrossCompanies(tx)
      .insertInto("companies")
      .values({ name: company.name })
      .executeTakeFirstOrThrow();
    const caller = machineCaller({ companyId: Number(insertId) });
    const own = tx.of(caller);
    const branches: Places["branches"][number][] = [];
    for (const { name, staff } of company.branches) {
      const branch = { id: randomUUID(), staff: staff.map(() => randomUUID()) };
      const notification_email = `empfang@${company.mailDomain}`;
      await own.insertInto("branches").values({ id: branch.id, name, notification_email }).execute();
      for (const [index, id] of branch.staff.entries()) {
        await own
          .insertInto("staff")
          .values({ id, branch_id: branch.id, name: staff[index] ?? "", email: mailOf(staff[index] ?? "", company) })
          .execute();
      }
      branches.push(branch);
    }
    const services: number[] = [];
    for (const { name, minutes, priceCents } of company.services) {
      const row = { name, duration_minutes: minutes, price_cents: priceCents };
      services.push(Number((await own.insertInto("services").values(row).executeTakeFirstOrThrow()).insertId));
    }
    const customers: number[] = [];
    for (const index of customerNames.keys()) customers.push(await seedCustomer({ of: () => own }, caller, index));
    const { name, visits, reasons } = company;
    return { caller, name, visits, reasons, branches, services, customers };
  });
  await seedPolicies(db, places, company);
  return places;
}

/** `sofia.brandl@lindner.example`: the last two of the names, in plain letters. */
function mailOf(name: string, { mailDomain }: DemoCompany): string {
  const plain = name
    .normalize("NFKD")
    .replaceAll("ı", "i")
    .replaceAll(/[^a-zA-Z ]/g, "");
  return `${plain.toLowerCase().split(" ").slice(-2).join(".")}@${mailDomain}`;
}

/** Numbers come from a range that is kept free for fiction. */
export async function seedCustomer(tx: Pick<Db, "of">, caller: Caller, index: number): Promise<number> {
  const name = customerNames[index % customerNames.length] ?? "";
  const phone = `+493023125${String(index % 1000).padStart(3, "0")}`;
  const email = `kunde-${index % 1000}@example.org`;
  const { insertId } = await tx
    .of(caller)
    .insertInto("customers")
    .values({ name, phone, email })
    .executeTakeFirstOrThrow();
  return Number(insertId);
}

async function seedPolicies(db: Db, { caller, branches, services }: Places, { policies }: DemoCompany): Promise<void> {
  const targets = {
    company: () => String(caller.companyId),
    branch: (at: number) => branches[at]?.id,
    service: (at: number) => String(services[at]),
    staff: (at: number) => branches.flatMap(({ staff }) => staff)[at],
  };
  for (const { type, level, at, config } of policies) {
    const targetId = targets[level](at) ?? "";
    await createPolicy(db, caller, {
      policyType: type,
      level,
      targetId,
      config,
      isOverride: true,
      overridesId: null,
      comment: null,
    });
  }
}
