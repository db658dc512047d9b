import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table appointments (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  branch_id {branches.id} not null,
  customer_id {customers.id} not null,
  service_id {services.id} not null,
  staff_id {staff.id} null,
  starts_at datetime(3) not null,
  ends_at datetime(3) not null,
  status enum('pending', 'scheduled', 'confirmed', 'booked', 'in_progress', 'completed', 'cancelled', 'no_show') character set ascii collate ascii_bin not null default 'booked',
  series_id varchar(36) character set ascii collate ascii_bin null,
  price_cents int null,
  version int not null default 1,
  created_at datetime(3) not null default current_timestamp(3),
  updated_at datetime(3) not null default current_timestamp(3),
  deleted_at datetime(3) null,
  primary key (id),
  key appointments_company_start_index (company_id, starts_at, id),
  key appointments_company_customer_index (company_id, customer_id, starts_at),
  key appointments_company_staff_index (company_id, staff_id, starts_at),
  key appointments_company_branch_index (company_id, branch_id, starts_at),
  key appointments_updated_index (updated_at),
  key appointments_branch_index (branch_id),
  key appointments_customer_index (customer_id),
  key appointments_service_index (service_id),
  key appointments_staff_index (staff_id),
  constraint appointments_price_cents_check check (price_cents between 0 and 2000000000),
  constraint appointments_version_check check (version between 1 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table appointments`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table appointments add constraint appointments_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table appointments drop foreign key appointments_company_id_foreign`,
    },
    {
      up: `alter table appointments add constraint appointments_branch_id_foreign foreign key (branch_id) references branches (id) on delete cascade on update restrict`,
      down: `alter table appointments drop foreign key appointments_branch_id_foreign`,
    },
    {
      up: `alter table appointments add constraint appointments_customer_id_foreign foreign key (customer_id) references customers (id) on delete cascade on update restrict`,
      down: `alter table appointments drop foreign key appointments_customer_id_foreign`,
    },
    {
      up: `alter table appointments add constraint appointments_service_id_foreign foreign key (service_id) references services (id) on delete cascade on update restrict`,
      down: `alter table appointments drop foreign key appointments_service_id_foreign`,
    },
    {
      up: `alter table appointments add constraint appointments_staff_id_foreign foreign key (staff_id) references staff (id) on delete set null on update restrict`,
      down: `alter table appointments drop foreign key appointments_staff_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table appointments (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  branch_id {branches.id} not null,
  customer_id {customers.id} not null,
  service_id {services.id} not null,
  staff_id {staff.id} null,
  starts_at DATETIME(3) not null,
  ends_at DATETIME(3) not null,
  status TEXT not null default 'booked',
  series_id varchar(36) null,
  price_cents INTEGER null,
  version INTEGER not null default 1,
  created_at DATETIME(3) not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at DATETIME(3) not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  deleted_at DATETIME(3) null,
  constraint appointments_status_check check (status in ('pending', 'scheduled', 'confirmed', 'booked', 'in_progress', 'completed', 'cancelled', 'no_show')),
  constraint appointments_series_id_check check (length(series_id) <= 36),
  constraint appointments_price_cents_check check (price_cents between 0 and 2000000000),
  constraint appointments_version_check check (version between 1 and 2000000000),
  constraint appointments_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint appointments_branch_id_foreign foreign key (branch_id) references branches (id) on delete cascade on update restrict,
  constraint appointments_customer_id_foreign foreign key (customer_id) references customers (id) on delete cascade on update restrict,
  constraint appointments_service_id_foreign foreign key (service_id) references services (id) on delete cascade on update restrict,
  constraint appointments_staff_id_foreign foreign key (staff_id) references staff (id) on delete set null on update restrict
)`,
      down: `drop table appointments`,
    },
    {
      up: `create index appointments_company_start_index on appointments (company_id, starts_at, id)`,
      down: `drop index appointments_company_start_index`,
    },
    {
      up: `create index appointments_company_customer_index on appointments (company_id, customer_id, starts_at)`,
      down: `drop index appointments_company_customer_index`,
    },
    {
      up: `create index appointments_company_staff_index on appointments (company_id, staff_id, starts_at)`,
      down: `drop index appointments_company_staff_index`,
    },
    {
      up: `create index appointments_company_branch_index on appointments (company_id, branch_id, starts_at)`,
      down: `drop index appointments_company_branch_index`,
    },
    {
      up: `create index appointments_updated_index on appointments (updated_at)`,
      down: `drop index appointments_updated_index`,
    },
    {
      up: `create index appointments_branch_index on appointments (branch_id)`,
      down: `drop index appointments_branch_index`,
    },
    {
      up: `create index appointments_customer_index on appointments (customer_id)`,
      down: `drop index appointments_customer_index`,
    },
    {
      up: `create index appointments_service_index on appointments (service_id)`,
      down: `drop index appointments_service_index`,
    },
    {
      up: `create index appointments_staff_index on appointments (staff_id)`,
      down: `drop index appointments_staff_index`,
    },
  ],
  foreignKeys: [],
};

export const appointments: Migration = {
  id: "0008_appointments",
  release: "phase-1-baseline",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
