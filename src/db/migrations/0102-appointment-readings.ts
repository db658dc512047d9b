import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table appointment_readings (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  started_at datetime(3) not null,
  first_pass_after_id bigint null,
  read_until datetime(3) not null,
  next_at datetime(3) not null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key appointment_readings_company_unique (company_id),
  key appointment_readings_due_index (next_at)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table appointment_readings`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table appointment_readings add constraint appointment_readings_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table appointment_readings drop foreign key appointment_readings_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table appointment_readings (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  started_at DATETIME(3) not null,
  first_pass_after_id INTEGER null,
  read_until DATETIME(3) not null,
  next_at DATETIME(3) not null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint appointment_readings_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table appointment_readings`,
    },
    {
      up: `create unique index appointment_readings_company_unique on appointment_readings (company_id)`,
      down: `drop index appointment_readings_company_unique`,
    },
    {
      up: `create index appointment_readings_due_index on appointment_readings (next_at)`,
      down: `drop index appointment_readings_due_index`,
    },
  ],
  foreignKeys: [],
};

export const appointmentReadings: Migration = {
  id: "0102_appointment_readings",
  release: "phase-5-platform",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
