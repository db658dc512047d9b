import { z } from "zod";
import { zoneExists } from "../calendars/open-time.ts";
import { id, instantReply, personName, text, uuid } from "../http/fields.ts";
import { erasedName } from "../tenancy/hierarchy.ts";

/** What stands in a company's directory: how each is named here and in its table, and what may be sent of it. */
export interface Kind<View = object> {
  readonly table: "companies" | "branches" | "services" | "staff" | "customers";
  readonly noun: string;
  /** The noun of several. */
  readonly many: string;
  /** Field → column, in the order of a reply. */
  readonly fields: { readonly [Field in keyof View & string]: string };
  /** A page begins with the first name, or with what was added last. */
  readonly order: "name" | "newest";
}

const stamps = { createdAt: "created_at", updatedAt: "updated_at" } as const;
const stampReplies = { createdAt: instantReply, updatedAt: instantReply };

const timezone = z.string().max(64).refine(zoneExists, "must be an IANA time zone, such as Europe/Berlin");
const locale = z.string().regex(/^[a-z]{2}(-[A-Z]{2})?$/, "must be a language, such as de or de-AT");
const currencies = new Set(Intl.supportedValuesOf("currency"));
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, "must be an ISO 4217 code, such as EUR")
  .refine((code) => currencies.has(code), "must be an ISO 4217 code, such as EUR");
const email = z.email("must be an address, such as ada@example.org").max(255);
const phone = text(50).meta({ description: "Kept as E.164; without a prefix it is of the company's country" });
const name = personName;
const customerName = name.refine((typed) => typed !== erasedName, "is what an erased customer is called; send another");

export const companyReply = z
  .object({
    id,
    name: z.string(),
    timezone: z.string(),
    locale: z.string(),
    currency: z.string(),
    isActive: z.boolean(),
    ...stampReplies,
  })
  .meta({ id: "Company" });
export const companyChange = z
  .strictObject({ name, timezone, locale, currency })
  .partial()
  .meta({ id: "CompanyChange" });
export const companies: Kind<z.input<typeof companyReply>> = {
  table: "companies",
  noun: "company",
  many: "companies",
  fields: {
    id: "id",
    name: "name",
    timezone: "timezone",
    locale: "locale",
    currency: "currency",
    isActive: "is_active",
    ...stamps,
  },
  order: "name",
};

export const branchReply = z
  .object({
    id: z.string(),
    name: z.string(),
    timezone: z.string(),
    businessHours: z.unknown().meta({ description: "As the platform keeps them; a calendar goes before them" }),
    notificationEmail: z.string().nullable(),
    isActive: z.boolean(),
    ...stampReplies,
  })
  .meta({ id: "Branch" });
const branchFields = { timezone, notificationEmail: email.nullable(), isActive: z.boolean() };
export const newBranch = z
  .strictObject({ name, ...z.strictObject(branchFields).partial().shape })
  .meta({ id: "NewBranch", description: "Without a timezone it is in the company's" });
export const branchChange = z
  .strictObject({ name, ...branchFields })
  .partial()
  .meta({ id: "BranchChange" });
export const branches: Kind<z.input<typeof branchReply>> = {
  table: "branches",
  noun: "branch",
  many: "branches",
  fields: {
    id: "id",
    name: "name",
    timezone: "timezone",
    businessHours: "business_hours",
    notificationEmail: "notification_email",
    isActive: "is_active",
    ...stamps,
  },
  order: "name",
};

export const serviceReply = z
  .object({
    id,
    name: z.string(),
    branchId: z.string().nullable().meta({ description: "Null for a service of every branch" }),
    durationMinutes: z.int(),
    priceCents: z.int().nullable(),
    isActive: z.boolean(),
    ...stampReplies,
  })
  .meta({ id: "Service" });
const serviceFields = {
  branchId: uuid.nullable(),
  durationMinutes: z.int().min(1).max(10_080),
  priceCents: z.int().min(0).max(2_000_000_000).nullable(),
  isActive: z.boolean(),
};
export const newService = z
  .strictObject({ name, ...z.strictObject(serviceFields).partial().shape })
  .meta({ id: "NewService" });
export const serviceChange = z
  .strictObject({ name, ...serviceFields })
  .partial()
  .meta({ id: "ServiceChange" });
export const services: Kind<z.input<typeof serviceReply>> = {
  table: "services",
  noun: "service",
  many: "services",
  fields: {
    id: "id",
    name: "name",
    branchId: "branch_id",
    durationMinutes: "duration_minutes",
    priceCents: "price_cents",
    isActive: "is_active",
    ...stamps,
  },
  order: "name",
};

export const staffReply = z
  .object({
    id: z.string(),
    name: z.string(),
    branchId: z.string(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    isActive: z.boolean(),
    ...stampReplies,
  })
  .meta({ id: "StaffMember" });
const staffFields = { email: email.nullable(), phone: phone.nullable(), isActive: z.boolean() };
export const newStaffMember = z
  .strictObject({ name, branchId: uuid, ...z.strictObject(staffFields).partial().shape })
  .meta({ id: "NewStaffMember" });
export const staffChange = z
  .strictObject({ name, branchId: uuid, ...staffFields })
  .partial()
  .meta({ id: "StaffMemberChange" });
export const staff: Kind<z.input<typeof staffReply>> = {
  table: "staff",
  noun: "staff member",
  many: "staff members",
  fields: {
    id: "id",
    name: "name",
    branchId: "branch_id",
    email: "email",
    phone: "phone",
    isActive: "is_active",
    ...stamps,
  },
  order: "name",
};

export const customerReply = z
  .object({
    id,
    name: z.string(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    locale: z.string(),
    ...stampReplies,
  })
  .meta({ id: "Customer" });
const customerFields = { email: email.nullable(), phone: phone.nullable(), locale };
export const newCustomer = z
  .strictObject({ name: customerName, ...z.strictObject(customerFields).partial().shape })
  .meta({ id: "NewCustomer", description: "Without a locale it is the company's" });
export const customerChange = z
  .strictObject({ name: customerName, ...customerFields })
  .partial()
  .meta({ id: "CustomerChange" });
export const customers: Kind<z.input<typeof customerReply>> = {
  table: "customers",
  noun: "customer",
  many: "customers",
  fields: { id: "id", name: "name", email: "email", phone: "phone", locale: "locale", ...stamps },
  order: "newest",
};
