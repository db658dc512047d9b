import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table appointment_settings (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  appointment_owner enum('frontdesk', 'host') character set ascii collate ascii_bin not null default 'frontdesk',
  reservation_minutes int not null default 15,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key appointment_settings_company_unique (company_id),
  constraint appointment_settings_reservation_minutes_check check (reservation_minutes between 1 and 1440)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table appointment_settings`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table appointment_settings add constraint appointment_settings_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table appointment_settings drop foreign key appointment_settings_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table appointment_settings (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  appointment_owner TEXT not null default 'frontdesk',
  reservation_minutes INTEGER not null default 15,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint appointment_settings_appointment_owner_check check (appointment_owner in ('frontdesk', 'host')),
  constraint appointment_settings_reservation_minutes_check check (reservation_minutes between 1 and 1440),
  constraint appointment_settings_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table appointment_settings`,
    },
    {
      up: `create unique index appointment_settings_company_unique on appointment_settings (company_id)`,
      down: `drop index appointment_settings_company_unique`,
    },
  ],
  foreignKeys: [],
};

export const appointmentSettings: Migration = {
  id: "0100_appointment_settings",
  release: "phase-5-platform",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
