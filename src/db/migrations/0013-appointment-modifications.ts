import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table appointment_modifications (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  appointment_id {appointments.id} not null,
  customer_id {customers.id} not null,
  modification_type enum('cancel', 'reschedule') character set ascii collate ascii_bin not null,
  initiated_by enum('customer', 'business') character set ascii collate ascii_bin not null,
  within_policy tinyint(1) not null,
  fee_cents int not null default 0,
  currency varchar(3) character set ascii collate ascii_bin not null,
  reason text null,
  modified_by_type enum('user', 'staff', 'customer', 'system', 'api_key') character set ascii collate ascii_bin not null,
  modified_by_id varchar(36) character set ascii collate ascii_bin null,
  counts_toward_quota tinyint(1) not null,
  metadata json null,
  deleted_at datetime(3) null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  key appointment_modifications_window_index (company_id, customer_id, modification_type, counts_toward_quota, created_at),
  key appointment_modifications_company_appointment_index (company_id, appointment_id, created_at),
  key appointment_modifications_policy_index (company_id, within_policy, modification_type),
  key appointment_modifications_fee_index (company_id, fee_cents, created_at),
  key appointment_modifications_actor_index (company_id, modified_by_type, modified_by_id),
  key appointment_modifications_appointment_index (appointment_id),
  key appointment_modifications_customer_index (customer_id),
  constraint appointment_modifications_fee_cents_check check (fee_cents between 0 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table appointment_modifications`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table appointment_modifications add constraint appointment_modifications_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table appointment_modifications drop foreign key appointment_modifications_company_id_foreign`,
    },
    {
      up: `alter table appointment_modifications add constraint appointment_modifications_appointment_id_foreign foreign key (appointment_id) references appointments (id) on delete cascade on update restrict`,
      down: `alter table appointment_modifications drop foreign key appointment_modifications_appointment_id_foreign`,
    },
    {
      up: `alter table appointment_modifications add constraint appointment_modifications_customer_id_foreign foreign key (customer_id) references customers (id) on delete cascade on update restrict`,
      down: `alter table appointment_modifications drop foreign key appointment_modifications_customer_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table appointment_modifications (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  appointment_id {appointments.id} not null,
  customer_id {customers.id} not null,
  modification_type TEXT not null,
  initiated_by TEXT not null,
  within_policy BOOLEAN not null,
  fee_cents INTEGER not null default 0,
  currency varchar(3) not null,
  reason text null,
  modified_by_type TEXT not null,
  modified_by_id varchar(36) null,
  counts_toward_quota BOOLEAN not null,
  metadata JSON null,
  deleted_at DATETIME(3) null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint appointment_modifications_modification_type_check check (modification_type in ('cancel', 'reschedule')),
  constraint appointment_modifications_initiated_by_check check (initiated_by in ('customer', 'business')),
  constraint appointment_modifications_within_policy_check check (within_policy in (0, 1)),
  constraint appointment_modifications_fee_cents_check check (fee_cents between 0 and 2000000000),
  constraint appointment_modifications_currency_check check (length(currency) <= 3),
  constraint appointment_modifications_modified_by_type_check check (modified_by_type in ('user', 'staff', 'customer', 'system', 'api_key')),
  constraint appointment_modifications_modified_by_id_check check (length(modified_by_id) <= 36),
  constraint appointment_modifications_counts_toward_quota_check check (counts_toward_quota in (0, 1)),
  constraint appointment_modifications_metadata_check check (json_valid(metadata)),
  constraint appointment_modifications_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint appointment_modifications_appointment_id_foreign foreign key (appointment_id) references appointments (id) on delete cascade on update restrict,
  constraint appointment_modifications_customer_id_foreign foreign key (customer_id) references customers (id) on delete cascade on update restrict
)`,
      down: `drop table appointment_modifications`,
    },
    {
      up: `create index appointment_modifications_window_index on appointment_modifications (company_id, customer_id, modification_type, counts_toward_quota, created_at)`,
      down: `drop index appointment_modifications_window_index`,
    },
    {
      up: `create index appointment_modifications_company_appointment_index on appointment_modifications (company_id, appointment_id, created_at)`,
      down: `drop index appointment_modifications_company_appointment_index`,
    },
    {
      up: `create index appointment_modifications_policy_index on appointment_modifications (company_id, within_policy, modification_type)`,
      down: `drop index appointment_modifications_policy_index`,
    },
    {
      up: `create index appointment_modifications_fee_index on appointment_modifications (company_id, fee_cents, created_at)`,
      down: `drop index appointment_modifications_fee_index`,
    },
    {
      up: `create index appointment_modifications_actor_index on appointment_modifications (company_id, modified_by_type, modified_by_id)`,
      down: `drop index appointment_modifications_actor_index`,
    },
    {
      up: `create index appointment_modifications_appointment_index on appointment_modifications (appointment_id)`,
      down: `drop index appointment_modifications_appointment_index`,
    },
    {
      up: `create index appointment_modifications_customer_index on appointment_modifications (customer_id)`,
      down: `drop index appointment_modifications_customer_index`,
    },
  ],
  foreignKeys: [],
};

export const appointmentModifications: Migration = {
  id: "0013_appointment_modifications",
  release: "phase-2-multi-tenant",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
