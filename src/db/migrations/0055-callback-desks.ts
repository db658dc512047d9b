import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table callback_desks (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  branch_id {branches.id} not null,
  last_staff_id varchar(36) character set ascii collate ascii_bin null,
  n bigint not null default 1,
  primary key (id),
  unique key callback_desks_branch_unique (company_id, branch_id),
  key callback_desks_branch_index (branch_id)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table callback_desks`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table callback_desks add constraint callback_desks_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table callback_desks drop foreign key callback_desks_company_id_foreign`,
    },
    {
      up: `alter table callback_desks add constraint callback_desks_branch_id_foreign foreign key (branch_id) references branches (id) on delete cascade on update restrict`,
      down: `alter table callback_desks drop foreign key callback_desks_branch_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table callback_desks (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  branch_id {branches.id} not null,
  last_staff_id varchar(36) null,
  n INTEGER not null default 1,
  constraint callback_desks_last_staff_id_check check (length(last_staff_id) <= 36),
  constraint callback_desks_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint callback_desks_branch_id_foreign foreign key (branch_id) references branches (id) on delete cascade on update restrict
)`,
      down: `drop table callback_desks`,
    },
    {
      up: `create unique index callback_desks_branch_unique on callback_desks (company_id, branch_id)`,
      down: `drop index callback_desks_branch_unique`,
    },
    {
      up: `create index callback_desks_branch_index on callback_desks (branch_id)`,
      down: `drop index callback_desks_branch_index`,
    },
  ],
  foreignKeys: [],
};

export const callbackDesks: Migration = {
  id: "0055_callback_desks",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
