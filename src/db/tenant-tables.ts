import { allTables, signInTables } from "./schema.ts";
import type { TenantTables } from "./tenant-guard.ts";
import type { TenantTable } from "./tenant-guard-tables.ts";

/**
 * How each table is restricted to a company. An upsert is refused where a unique key is not one company's own: on host
 * tables, whose keys are not ours to know, and on api_keys, whose hashes are unique over all companies.
 */
const exceptions: Record<string, TenantTable> = {
  companies: { column: "id", noUpsert: true },
  branches: { column: "company_id", noUpsert: true },
  services: { column: "company_id", noUpsert: true },
  staff: { column: "company_id", noUpsert: true },
  service_staff: { column: "service_id", via: "services", noUpsert: true },
  branch_service: { column: "service_id", via: "services", noUpsert: true },
  customers: { column: "company_id", noUpsert: true },
  appointments: { column: "company_id", noUpsert: true },
  users: { column: "company_id", noUpsert: true },
  api_keys: { column: "company_id", noUpsert: true },
};

/** No company's: a query of a company that names one is refused. */
const ofNoCompany: ReadonlySet<string> = new Set(signInTables.map(({ name }) => name));

export const tenantTables: TenantTables = Object.fromEntries(
  allTables
    .filter(({ name }) => !ofNoCompany.has(name))
    .map(({ name }) => [name, exceptions[name] ?? { column: "company_id" }]),
);
