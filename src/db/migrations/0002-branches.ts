import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table branches (
  id char(36) not null,
  company_id {companies.id} not null,
  name varchar(255) not null,
  timezone varchar(64) not null default 'Europe/Berlin',
  business_hours json null,
  is_active tinyint(1) not null default 1,
  notification_email varchar(255) null,
  created_at datetime(3) not null default current_timestamp(3),
  updated_at datetime(3) not null default current_timestamp(3),
  deleted_at datetime(3) null,
  primary key (id),
  key branches_company_index (company_id)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table branches`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table branches add constraint branches_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table branches drop foreign key branches_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table branches (
  id char(36) not null primary key,
  company_id {companies.id} not null,
  name varchar(255) not null,
  timezone varchar(64) not null default 'Europe/Berlin',
  business_hours JSON null,
  is_active BOOLEAN not null default 1,
  notification_email varchar(255) null,
  created_at DATETIME(3) not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at DATETIME(3) not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  deleted_at DATETIME(3) null,
  constraint branches_id_check check (length(id) <= 36),
  constraint branches_name_check check (length(name) <= 255),
  constraint branches_timezone_check check (length(timezone) <= 64),
  constraint branches_business_hours_check check (json_valid(business_hours)),
  constraint branches_is_active_check check (is_active in (0, 1)),
  constraint branches_notification_email_check check (length(notification_email) <= 255),
  constraint branches_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table branches`,
    },
    { up: `create index branches_company_index on branches (company_id)`, down: `drop index branches_company_index` },
  ],
  foreignKeys: [],
};

export const branches: Migration = {
  id: "0002_branches",
  release: "phase-1-baseline",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
