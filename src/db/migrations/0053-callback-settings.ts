import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table callback_settings (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  scope varchar(36) character set ascii collate ascii_bin not null,
  branch_id {branches.id} null,
  settings json not null,
  version int not null default 1,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key callback_settings_scope_unique (company_id, scope),
  key callback_settings_branch_index (branch_id),
  constraint callback_settings_version_check check (version between 1 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table callback_settings`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table callback_settings add constraint callback_settings_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table callback_settings drop foreign key callback_settings_company_id_foreign`,
    },
    {
      up: `alter table callback_settings add constraint callback_settings_branch_id_foreign foreign key (branch_id) references branches (id) on delete cascade on update restrict`,
      down: `alter table callback_settings drop foreign key callback_settings_branch_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table callback_settings (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  scope varchar(36) not null,
  branch_id {branches.id} null,
  settings JSON not null,
  version INTEGER not null default 1,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint callback_settings_scope_check check (length(scope) <= 36),
  constraint callback_settings_settings_check check (json_valid(settings)),
  constraint callback_settings_version_check check (version between 1 and 2000000000),
  constraint callback_settings_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint callback_settings_branch_id_foreign foreign key (branch_id) references branches (id) on delete cascade on update restrict
)`,
      down: `drop table callback_settings`,
    },
    {
      up: `create unique index callback_settings_scope_unique on callback_settings (company_id, scope)`,
      down: `drop index callback_settings_scope_unique`,
    },
    {
      up: `create index callback_settings_branch_index on callback_settings (branch_id)`,
      down: `drop index callback_settings_branch_index`,
    },
  ],
  foreignKeys: [],
};

export const callbackSettings: Migration = {
  id: "0053_callback_settings",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
