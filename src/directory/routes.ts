import { z } from "zod";
import { type Cell, csvRoute, everyPage } from "../http/csv.ts";
import { id, idParam, text, uuid } from "../http/fields.ts";
import { type Route, route } from "../http/route.ts";
import { viewOf } from "./entries.ts";
import { importCustomers, importKeys } from "./import.ts";
import {
  branchChange,
  branches,
  branchReply,
  companies,
  companyChange,
  companyReply,
  customerChange,
  customerReply,
  customers,
  newBranch,
  newCustomer,
  newService,
  newStaffMember,
  serviceChange,
  serviceReply,
  services,
  staff,
  staffChange,
  staffReply,
} from "./kinds.ts";
import { resource } from "./resource.ts";
import { type Entry, listEntries } from "./store.ts";

const inDirectory = { tag: "directory", read: "policies:read", write: "directory:write" } as const;

const customerColumns = Object.keys(customers.fields);

export const directoryRoutes: readonly Route[] = [
  ...resource({
    ...inDirectory,
    kind: companies,
    path: "/companies",
    param: { name: "companyId", schema: idParam },
    write: "settings:write",
    reply: companyReply,
    filters: {},
    created: null,
    changed: companyChange,
    words: ["company: the caller's own", "companies: the caller's own"],
  }),
  ...resource({
    ...inDirectory,
    kind: branches,
    path: "/branches",
    param: { name: "branchId", schema: uuid },
    reply: branchReply,
    filters: {},
    created: newBranch,
    changed: branchChange,
    words: ["branch", "branches"],
  }),
  ...resource({
    ...inDirectory,
    kind: services,
    path: "/services",
    param: { name: "serviceId", schema: idParam },
    reply: serviceReply,
    filters: { branchId: uuid.optional() },
    created: newService,
    changed: serviceChange,
    words: ["service", "services"],
  }),
  ...resource({
    ...inDirectory,
    kind: staff,
    path: "/staff",
    param: { name: "staffId", schema: uuid },
    reply: staffReply,
    filters: { branchId: uuid.optional() },
    created: newStaffMember,
    changed: staffChange,
    words: ["staff member", "staff"],
  }),
  ...resource({
    kind: customers,
    path: "/customers",
    tag: "customers",
    read: "customers:read",
    write: "customers:write",
    param: { name: "customerId", schema: idParam },
    reply: customerReply,
    filters: {
      phone: text(50).min(1).optional().meta({ description: "As it is kept: E.164" }),
      email: text(255).min(1).optional(),
    },
    created: newCustomer,
    changed: customerChange,
    words: ["customer", "customers"],
  }),
  route({
    method: "POST",
    path: "/customers/import",
    tag: "customers",
    permission: "customers:write",
    summary: "Take customers from a CSV: all of it or nothing, and twice is once",
    description:
      "A line whose key is there already changes that customer, in the columns that the table has; an empty cell takes the value out. Mistakes are told by line and column.",
    body: z
      .strictObject({
        csv: z
          .string()
          .min(1)
          .meta({ description: "As RFC 4180 says, with a line of names: name, email, phone, locale, id" }),
        matchBy: z.enum(importKeys).default("email").meta({ description: "By what a line is known to be there" }),
        dryRun: z.boolean().default(false).meta({ description: "Says what would be done, and does nothing" }),
      })
      .meta({ id: "CustomerImport" }),
    reply: z
      .object({
        dryRun: z.boolean(),
        created: z.int().min(0).max(1000),
        changed: z.int().min(0).max(1000),
        unchanged: z.int().min(0).max(1000),
        lines: z.array(z.object({ line: id, action: z.enum(["create", "change", "none"]), id: id.nullable() })),
      })
      .meta({ id: "CustomerImportResult" }),
    handle: ({ db, caller, body }) => importCustomers(db, caller, body),
  }),
  csvRoute({
    path: "/customers/export",
    tag: "customers",
    permission: "customers:export",
    summary: "All customers, those added last first, as CSV",
    fileName: "customers.csv",
    columns: customerColumns,
    async *pages({ db, caller }) {
      const pages = everyPage<Entry>((last, limit) => listEntries(db, caller, customers, { fields: {} }, last, limit));
      for await (const rows of pages) yield rows.map(customerCells);
    },
  }),
];

function customerCells(row: Entry): Cell[] {
  const view = viewOf(row) as Readonly<Record<string, Cell>>;
  return customerColumns.map((field) => view[field] ?? null);
}
