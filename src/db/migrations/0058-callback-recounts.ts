import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table callback_recounts (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  scope varchar(36) character set ascii collate ascii_bin not null,
  requested_at datetime(3) not null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key callback_recounts_scope_unique (company_id, scope)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table callback_recounts`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table callback_recounts add constraint callback_recounts_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table callback_recounts drop foreign key callback_recounts_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table callback_recounts (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  scope varchar(36) not null,
  requested_at DATETIME(3) not null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint callback_recounts_scope_check check (length(scope) <= 36),
  constraint callback_recounts_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table callback_recounts`,
    },
    {
      up: `create unique index callback_recounts_scope_unique on callback_recounts (company_id, scope)`,
      down: `drop index callback_recounts_scope_unique`,
    },
  ],
  foreignKeys: [],
};

export const callbackRecounts: Migration = {
  id: "0058_callback_recounts",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
