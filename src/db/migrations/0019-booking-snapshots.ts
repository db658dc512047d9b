import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table booking_snapshots (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  appointment_id {appointments.id} not null,
  booked_at datetime(3) null,
  policy_at datetime(3) not null,
  price_cents int null,
  currency varchar(3) character set ascii collate ascii_bin not null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key booking_snapshots_appointment_unique (company_id, appointment_id),
  key booking_snapshots_appointment_index (appointment_id),
  constraint booking_snapshots_price_cents_check check (price_cents between 0 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table booking_snapshots`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table booking_snapshots add constraint booking_snapshots_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table booking_snapshots drop foreign key booking_snapshots_company_id_foreign`,
    },
    {
      up: `alter table booking_snapshots add constraint booking_snapshots_appointment_id_foreign foreign key (appointment_id) references appointments (id) on delete cascade on update restrict`,
      down: `alter table booking_snapshots drop foreign key booking_snapshots_appointment_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table booking_snapshots (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  appointment_id {appointments.id} not null,
  booked_at DATETIME(3) null,
  policy_at DATETIME(3) not null,
  price_cents INTEGER null,
  currency varchar(3) not null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint booking_snapshots_price_cents_check check (price_cents between 0 and 2000000000),
  constraint booking_snapshots_currency_check check (length(currency) <= 3),
  constraint booking_snapshots_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint booking_snapshots_appointment_id_foreign foreign key (appointment_id) references appointments (id) on delete cascade on update restrict
)`,
      down: `drop table booking_snapshots`,
    },
    {
      up: `create unique index booking_snapshots_appointment_unique on booking_snapshots (company_id, appointment_id)`,
      down: `drop index booking_snapshots_appointment_unique`,
    },
    {
      up: `create index booking_snapshots_appointment_index on booking_snapshots (appointment_id)`,
      down: `drop index booking_snapshots_appointment_index`,
    },
  ],
  foreignKeys: [],
};

export const bookingSnapshots: Migration = {
  id: "0019_booking_snapshots",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
