import { api, dataOf, type Schemas, type Versioned, versionOf } from "../../api/client.ts";
import type { DirectoryKind } from "../../app/choices.ts";
import type { Page } from "../../components/pages.tsx";

/** One entry of any kind; which fields it has beside these, its kind says. */
export interface Entry {
  readonly id: string | number;
  readonly name: string;
  readonly isActive?: boolean;
  readonly [field: string]: unknown;
}

export type Input = "text" | "email" | "tel" | "timezone" | "locale" | "branch" | "minutes" | "money" | "switch";
export type FieldName =
  | "name"
  | "timezone"
  | "notificationEmail"
  | "isActive"
  | "branchId"
  | "durationMinutes"
  | "priceCents"
  | "email"
  | "phone"
  | "locale";

export interface Field {
  readonly name: FieldName;
  readonly input: Input;
  readonly isRequired?: boolean;
}

export interface Query {
  readonly limit: number;
  readonly name?: string;
  readonly branchId?: string;
  readonly isActive?: "true" | "false";
  readonly cursor?: string;
}

type Content = Readonly<Record<string, unknown>>;

export interface Kind {
  readonly fields: readonly Field[];
  /** What is shown in the list, besides the name. */
  readonly columns: readonly FieldName[];
  readonly isOfBranch: boolean;
  readonly hasSwitch: boolean;
  list(query: Query): Promise<Page<Entry>>;
  read(id: string): Promise<Versioned<Entry>>;
  create(body: Content, header: { "Idempotency-Key": string }): Promise<Entry>;
  change(id: string, body: Content, etag: string): Promise<Entry>;
  remove(id: string, etag: string): Promise<unknown>;
}

const name: Field = { name: "name", input: "text", isRequired: true };
const isActive: Field = { name: "isActive", input: "switch" };
const ifMatch = (etag: string) => ({ "If-Match": etag });

const branches: Kind = {
  fields: [name, { name: "timezone", input: "timezone" }, { name: "notificationEmail", input: "email" }, isActive],
  columns: ["timezone", "notificationEmail"],
  isOfBranch: false,
  hasSwitch: true,
  list: ({ branchId: _, ...query }) => dataOf(api.GET("/api/v1/branches", { params: { query } })),
  read: (branchId) => versionOf(api.GET("/api/v1/branches/{branchId}", { params: { path: { branchId } } })),
  create: (body, header) =>
    dataOf(api.POST("/api/v1/branches", { params: { header }, body: body as Schemas["NewBranchInput"] })),
  change: (branchId, body, etag) =>
    dataOf(api.PATCH("/api/v1/branches/{branchId}", { params: { path: { branchId }, header: ifMatch(etag) }, body })),
  remove: (branchId, etag) =>
    dataOf(api.DELETE("/api/v1/branches/{branchId}", { params: { path: { branchId } }, headers: ifMatch(etag) })),
};

const services: Kind = {
  fields: [
    name,
    { name: "branchId", input: "branch" },
    { name: "durationMinutes", input: "minutes", isRequired: true },
    { name: "priceCents", input: "money" },
    isActive,
  ],
  columns: ["branchId", "durationMinutes", "priceCents"],
  isOfBranch: true,
  hasSwitch: true,
  list: (query) => dataOf(api.GET("/api/v1/services", { params: { query } })),
  read: (id) => versionOf(api.GET("/api/v1/services/{serviceId}", { params: { path: { serviceId: Number(id) } } })),
  create: (body, header) =>
    dataOf(api.POST("/api/v1/services", { params: { header }, body: body as Schemas["NewServiceInput"] })),
  change: (id, body, etag) => {
    const params = { path: { serviceId: Number(id) }, header: ifMatch(etag) };
    return dataOf(api.PATCH("/api/v1/services/{serviceId}", { params, body }));
  },
  remove: (id, etag) => {
    const params = { path: { serviceId: Number(id) } };
    return dataOf(api.DELETE("/api/v1/services/{serviceId}", { params, headers: ifMatch(etag) }));
  },
};

const staff: Kind = {
  fields: [
    name,
    { name: "branchId", input: "branch", isRequired: true },
    { name: "email", input: "email" },
    { name: "phone", input: "tel" },
    isActive,
  ],
  columns: ["branchId", "email", "phone"],
  isOfBranch: true,
  hasSwitch: true,
  list: (query) => dataOf(api.GET("/api/v1/staff", { params: { query } })),
  read: (staffId) => versionOf(api.GET("/api/v1/staff/{staffId}", { params: { path: { staffId } } })),
  create: (body, header) =>
    dataOf(api.POST("/api/v1/staff", { params: { header }, body: body as Schemas["NewStaffMemberInput"] })),
  change: (staffId, body, etag) =>
    dataOf(api.PATCH("/api/v1/staff/{staffId}", { params: { path: { staffId }, header: ifMatch(etag) }, body })),
  remove: (staffId, etag) =>
    dataOf(api.DELETE("/api/v1/staff/{staffId}", { params: { path: { staffId } }, headers: ifMatch(etag) })),
};

const customers: Kind = {
  fields: [
    name,
    { name: "phone", input: "tel" },
    { name: "email", input: "email" },
    { name: "locale", input: "locale" },
  ],
  columns: ["phone", "email", "locale"],
  isOfBranch: false,
  hasSwitch: false,
  list: ({ branchId: _, isActive: __, ...query }) => dataOf(api.GET("/api/v1/customers", { params: { query } })),
  read: (id) => versionOf(api.GET("/api/v1/customers/{customerId}", { params: { path: { customerId: Number(id) } } })),
  create: (body, header) =>
    dataOf(api.POST("/api/v1/customers", { params: { header }, body: body as Schemas["NewCustomerInput"] })),
  change: (id, body, etag) => {
    const params = { path: { customerId: Number(id) }, header: ifMatch(etag) };
    return dataOf(api.PATCH("/api/v1/customers/{customerId}", { params, body }));
  },
  remove: (id, etag) => {
    const params = { path: { customerId: Number(id) } };
    return dataOf(api.DELETE("/api/v1/customers/{customerId}", { params, headers: ifMatch(etag) }));
  },
};

export const kinds: Record<DirectoryKind, Kind> = { branches, services, staff, customers };
