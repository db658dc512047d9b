import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table appointment_sightings (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  appointment_id {appointments.id} not null,
  reading_id bigint not null,
  status varchar(40) character set ascii collate ascii_bin not null,
  starts_at datetime(3) not null,
  ends_at datetime(3) not null,
  branch_id varchar(36) character set ascii collate ascii_bin not null,
  service_id bigint not null,
  staff_id varchar(36) character set ascii collate ascii_bin null,
  is_deleted tinyint(1) not null default 0,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key appointment_sightings_appointment_unique (company_id, appointment_id),
  key appointment_sightings_appointment_index (appointment_id)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table appointment_sightings`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table appointment_sightings add constraint appointment_sightings_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table appointment_sightings drop foreign key appointment_sightings_company_id_foreign`,
    },
    {
      up: `alter table appointment_sightings add constraint appointment_sightings_appointment_id_foreign foreign key (appointment_id) references appointments (id) on delete cascade on update restrict`,
      down: `alter table appointment_sightings drop foreign key appointment_sightings_appointment_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table appointment_sightings (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  appointment_id {appointments.id} not null,
  reading_id INTEGER not null,
  status varchar(40) not null,
  starts_at DATETIME(3) not null,
  ends_at DATETIME(3) not null,
  branch_id varchar(36) not null,
  service_id INTEGER not null,
  staff_id varchar(36) null,
  is_deleted BOOLEAN not null default 0,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint appointment_sightings_status_check check (length(status) <= 40),
  constraint appointment_sightings_branch_id_check check (length(branch_id) <= 36),
  constraint appointment_sightings_staff_id_check check (length(staff_id) <= 36),
  constraint appointment_sightings_is_deleted_check check (is_deleted in (0, 1)),
  constraint appointment_sightings_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint appointment_sightings_appointment_id_foreign foreign key (appointment_id) references appointments (id) on delete cascade on update restrict
)`,
      down: `drop table appointment_sightings`,
    },
    {
      up: `create unique index appointment_sightings_appointment_unique on appointment_sightings (company_id, appointment_id)`,
      down: `drop index appointment_sightings_appointment_unique`,
    },
    {
      up: `create index appointment_sightings_appointment_index on appointment_sightings (appointment_id)`,
      down: `drop index appointment_sightings_appointment_index`,
    },
  ],
  foreignKeys: [],
};

export const appointmentSightings: Migration = {
  id: "0103_appointment_sightings",
  release: "phase-5-platform",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
