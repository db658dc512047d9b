import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table appointment_reservations (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  appointment_id {appointments.id} not null,
  customer_id {customers.id} not null,
  modification_type enum('cancel', 'reschedule') character set ascii collate ascii_bin not null,
  status enum('reserved', 'confirmed', 'expired', 'withdrawn') character set ascii collate ascii_bin not null default 'reserved',
  is_open tinyint generated always as (case when status = 'reserved' then 1 end) virtual,
  decision_id bigint not null,
  modification_id bigint null,
  initiated_by enum('customer', 'business') character set ascii collate ascii_bin not null,
  within_policy tinyint(1) not null,
  fee_cents int not null,
  currency varchar(3) character set ascii collate ascii_bin not null,
  reason text null,
  actor_type enum('user', 'staff', 'customer', 'system', 'api_key') character set ascii collate ascii_bin not null,
  actor_id varchar(36) character set ascii collate ascii_bin null,
  counts_toward_quota tinyint(1) not null,
  metadata json not null,
  starts_at datetime(3) null,
  ends_at datetime(3) null,
  staff_id {staff.id} null,
  expires_at datetime(3) not null,
  settled_at datetime(3) null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key appointment_reservations_appointment_unique (company_id, appointment_id, is_open),
  key appointment_reservations_company_customer_index (company_id, customer_id, is_open),
  key appointment_reservations_company_staff_index (company_id, staff_id, is_open),
  key appointment_reservations_due_index (is_open, expires_at),
  key appointment_reservations_appointment_index (appointment_id),
  key appointment_reservations_customer_index (customer_id),
  key appointment_reservations_staff_index (staff_id),
  constraint appointment_reservations_fee_cents_check check (fee_cents between 0 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table appointment_reservations`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table appointment_reservations add constraint appointment_reservations_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table appointment_reservations drop foreign key appointment_reservations_company_id_foreign`,
    },
    {
      up: `alter table appointment_reservations add constraint appointment_reservations_appointment_id_foreign foreign key (appointment_id) references appointments (id) on delete cascade on update restrict`,
      down: `alter table appointment_reservations drop foreign key appointment_reservations_appointment_id_foreign`,
    },
    {
      up: `alter table appointment_reservations add constraint appointment_reservations_customer_id_foreign foreign key (customer_id) references customers (id) on delete cascade on update restrict`,
      down: `alter table appointment_reservations drop foreign key appointment_reservations_customer_id_foreign`,
    },
    {
      up: `alter table appointment_reservations add constraint appointment_reservations_staff_id_foreign foreign key (staff_id) references staff (id) on delete set null on update restrict`,
      down: `alter table appointment_reservations drop foreign key appointment_reservations_staff_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table appointment_reservations (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  appointment_id {appointments.id} not null,
  customer_id {customers.id} not null,
  modification_type TEXT not null,
  status TEXT not null default 'reserved',
  is_open INTEGER generated always as (case when status = 'reserved' then 1 end) virtual,
  decision_id INTEGER not null,
  modification_id INTEGER null,
  initiated_by TEXT not null,
  within_policy BOOLEAN not null,
  fee_cents INTEGER not null,
  currency varchar(3) not null,
  reason text null,
  actor_type TEXT not null,
  actor_id varchar(36) null,
  counts_toward_quota BOOLEAN not null,
  metadata JSON not null,
  starts_at DATETIME(3) null,
  ends_at DATETIME(3) null,
  staff_id {staff.id} null,
  expires_at DATETIME(3) not null,
  settled_at DATETIME(3) null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint appointment_reservations_modification_type_check check (modification_type in ('cancel', 'reschedule')),
  constraint appointment_reservations_status_check check (status in ('reserved', 'confirmed', 'expired', 'withdrawn')),
  constraint appointment_reservations_initiated_by_check check (initiated_by in ('customer', 'business')),
  constraint appointment_reservations_within_policy_check check (within_policy in (0, 1)),
  constraint appointment_reservations_fee_cents_check check (fee_cents between 0 and 2000000000),
  constraint appointment_reservations_currency_check check (length(currency) <= 3),
  constraint appointment_reservations_actor_type_check check (actor_type in ('user', 'staff', 'customer', 'system', 'api_key')),
  constraint appointment_reservations_actor_id_check check (length(actor_id) <= 36),
  constraint appointment_reservations_counts_toward_quota_check check (counts_toward_quota in (0, 1)),
  constraint appointment_reservations_metadata_check check (json_valid(metadata)),
  constraint appointment_reservations_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint appointment_reservations_appointment_id_foreign foreign key (appointment_id) references appointments (id) on delete cascade on update restrict,
  constraint appointment_reservations_customer_id_foreign foreign key (customer_id) references customers (id) on delete cascade on update restrict,
  constraint appointment_reservations_staff_id_foreign foreign key (staff_id) references staff (id) on delete set null on update restrict
)`,
      down: `drop table appointment_reservations`,
    },
    {
      up: `create unique index appointment_reservations_appointment_unique on appointment_reservations (company_id, appointment_id, is_open)`,
      down: `drop index appointment_reservations_appointment_unique`,
    },
    {
      up: `create index appointment_reservations_company_customer_index on appointment_reservations (company_id, customer_id, is_open)`,
      down: `drop index appointment_reservations_company_customer_index`,
    },
    {
      up: `create index appointment_reservations_company_staff_index on appointment_reservations (company_id, staff_id, is_open)`,
      down: `drop index appointment_reservations_company_staff_index`,
    },
    {
      up: `create index appointment_reservations_due_index on appointment_reservations (is_open, expires_at)`,
      down: `drop index appointment_reservations_due_index`,
    },
    {
      up: `create index appointment_reservations_appointment_index on appointment_reservations (appointment_id)`,
      down: `drop index appointment_reservations_appointment_index`,
    },
    {
      up: `create index appointment_reservations_customer_index on appointment_reservations (customer_id)`,
      down: `drop index appointment_reservations_customer_index`,
    },
    {
      up: `create index appointment_reservations_staff_index on appointment_reservations (staff_id)`,
      down: `drop index appointment_reservations_staff_index`,
    },
  ],
  foreignKeys: [],
};

export const appointmentReservations: Migration = {
  id: "0101_appointment_reservations",
  release: "phase-5-platform",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
