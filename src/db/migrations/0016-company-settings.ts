import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table company_settings (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  policy_basis enum('booking', 'now') character set ascii collate ascii_bin not null default 'booking',
  version int not null default 1,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key company_settings_company_unique (company_id),
  constraint company_settings_version_check check (version between 1 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table company_settings`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table company_settings add constraint company_settings_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table company_settings drop foreign key company_settings_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table company_settings (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  policy_basis TEXT not null default 'booking',
  version INTEGER not null default 1,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint company_settings_policy_basis_check check (policy_basis in ('booking', 'now')),
  constraint company_settings_version_check check (version between 1 and 2000000000),
  constraint company_settings_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table company_settings`,
    },
    {
      up: `create unique index company_settings_company_unique on company_settings (company_id)`,
      down: `drop index company_settings_company_unique`,
    },
  ],
  foreignKeys: [],
};

export const companySettings: Migration = {
  id: "0016_company_settings",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
