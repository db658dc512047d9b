import {
  boolean,
  code,
  defaulted,
  id,
  instant,
  integer,
  oneOf,
  optional,
  optionalJson,
  owner,
  reference,
  uuidKey,
  varchar,
} from "../columns.ts";
import { table } from "../table.ts";

/** The tables a platform already has. A new installation creates them; an existing one keeps its own. */

export const appointmentStatuses = [
  "pending",
  "scheduled",
  "confirmed",
  "booked",
  "in_progress",
  "completed",
  "cancelled",
  "no_show",
] as const;
export type AppointmentStatus = (typeof appointmentStatuses)[number];

const timestamps = {
  created_at: defaulted(instant(), "now"),
  updated_at: defaulted(instant(), "now"),
};
const softDelete = { deleted_at: optional(instant()) };

export const companies = table("companies", {
  id: id(),
  name: varchar(255),
  is_active: defaulted(boolean(), true),
  timezone: defaulted(varchar(64), "Europe/Berlin"),
  locale: defaulted(varchar(10), "de"),
  currency: defaulted(code(3), "EUR"),
  ...timestamps,
  ...softDelete,
});

export const branches = table(
  "branches",
  {
    id: uuidKey(),
    company_id: owner(),
    name: varchar(255),
    timezone: defaulted(varchar(64), "Europe/Berlin"),
    business_hours: optionalJson<unknown>(),
    is_active: defaulted(boolean(), true),
    notification_email: optional(varchar(255)),
    ...timestamps,
    ...softDelete,
  },
  { index: { company: ["company_id"] }, foreign: { company_id: ["companies(id)", "cascade"] } },
);

export const services = table(
  "services",
  {
    id: id(),
    company_id: owner(),
    branch_id: optional(reference<string>("branches.id")),
    name: varchar(255),
    duration_minutes: defaulted(integer(1, 10080), 60),
    price_cents: optional(integer(0, 2_000_000_000)),
    is_active: defaulted(boolean(), true),
    ...timestamps,
    ...softDelete,
  },
  {
    index: { company: ["company_id"], branch: ["branch_id"] },
    foreign: { company_id: ["companies(id)", "cascade"], branch_id: ["branches(id)", "set null"] },
  },
);

export const staff = table(
  "staff",
  {
    id: uuidKey(),
    company_id: owner(),
    branch_id: reference<string>("branches.id"),
    name: varchar(255),
    email: optional(varchar(255)),
    phone: optional(varchar(50)),
    is_active: defaulted(boolean(), true),
    ...timestamps,
    ...softDelete,
  },
  {
    index: { company: ["company_id", "branch_id"], branch: ["branch_id"] },
    foreign: { company_id: ["companies(id)", "cascade"], branch_id: ["branches(id)", "cascade"] },
  },
);

export const serviceStaff = table(
  "service_staff",
  {
    id: id(),
    service_id: reference<number>("services.id"),
    staff_id: reference<string>("staff.id"),
    is_active: defaulted(boolean(), true),
  },
  {
    unique: { service_staff: ["service_id", "staff_id"] },
    index: { staff: ["staff_id"] },
    foreign: { service_id: ["services(id)", "cascade"], staff_id: ["staff(id)", "cascade"] },
  },
);

export const branchService = table(
  "branch_service",
  {
    id: id(),
    branch_id: reference<string>("branches.id"),
    service_id: reference<number>("services.id"),
    is_active: defaulted(boolean(), true),
  },
  {
    unique: { branch_service: ["branch_id", "service_id"] },
    index: { service: ["service_id"] },
    foreign: { branch_id: ["branches(id)", "cascade"], service_id: ["services(id)", "cascade"] },
  },
);

export const customers = table(
  "customers",
  {
    id: id(),
    company_id: owner(),
    name: varchar(255),
    email: optional(varchar(255)),
    phone: optional(varchar(50)),
    locale: defaulted(varchar(10), "de"),
    ...timestamps,
    ...softDelete,
  },
  { index: { company: ["company_id"] }, foreign: { company_id: ["companies(id)", "cascade"] } },
);

export const appointments = table(
  "appointments",
  {
    id: id(),
    company_id: owner(),
    branch_id: reference<string>("branches.id"),
    customer_id: reference<number>("customers.id"),
    service_id: reference<number>("services.id"),
    staff_id: optional(reference<string>("staff.id")),
    starts_at: instant(),
    ends_at: instant(),
    status: defaulted(oneOf(appointmentStatuses), "booked"),
    series_id: optional(code(36)),
    price_cents: optional(integer(0, 2_000_000_000)),
    version: defaulted(integer(1, 2_000_000_000), 1),
    ...timestamps,
    ...softDelete,
  },
  {
    index: {
      company_start: ["company_id", "starts_at", "id"],
      company_customer: ["company_id", "customer_id", "starts_at"],
      company_staff: ["company_id", "staff_id", "starts_at"],
      company_branch: ["company_id", "branch_id", "starts_at"],
      updated: ["updated_at"],
      branch: ["branch_id"],
      customer: ["customer_id"],
      service: ["service_id"],
      staff: ["staff_id"],
    },
    foreign: {
      company_id: ["companies(id)", "cascade"],
      branch_id: ["branches(id)", "cascade"],
      customer_id: ["customers(id)", "cascade"],
      service_id: ["services(id)", "cascade"],
      staff_id: ["staff(id)", "set null"],
    },
  },
);

export const users = table(
  "users",
  {
    id: id(),
    company_id: optional(reference<number>("companies.id")),
    email: varchar(255),
    name: varchar(255),
    ...timestamps,
    ...softDelete,
  },
  {
    unique: { email: ["email"] },
    index: { company: ["company_id"] },
    foreign: { company_id: ["companies(id)", "cascade"] },
  },
);

export const hostTables = [
  companies,
  branches,
  services,
  staff,
  serviceStaff,
  branchService,
  customers,
  appointments,
  users,
] as const;
