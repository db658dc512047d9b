import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table escalation_ladders (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  scope varchar(36) character set ascii collate ascii_bin not null,
  branch_id {branches.id} null,
  name varchar(100) not null,
  steps json not null,
  version int not null default 1,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key escalation_ladders_scope_unique (company_id, scope),
  key escalation_ladders_branch_index (branch_id),
  constraint escalation_ladders_version_check check (version between 1 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table escalation_ladders`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table escalation_ladders add constraint escalation_ladders_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table escalation_ladders drop foreign key escalation_ladders_company_id_foreign`,
    },
    {
      up: `alter table escalation_ladders add constraint escalation_ladders_branch_id_foreign foreign key (branch_id) references branches (id) on delete cascade on update restrict`,
      down: `alter table escalation_ladders drop foreign key escalation_ladders_branch_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table escalation_ladders (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  scope varchar(36) not null,
  branch_id {branches.id} null,
  name varchar(100) not null,
  steps JSON not null,
  version INTEGER not null default 1,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint escalation_ladders_scope_check check (length(scope) <= 36),
  constraint escalation_ladders_name_check check (length(name) <= 100),
  constraint escalation_ladders_steps_check check (json_valid(steps)),
  constraint escalation_ladders_version_check check (version between 1 and 2000000000),
  constraint escalation_ladders_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint escalation_ladders_branch_id_foreign foreign key (branch_id) references branches (id) on delete cascade on update restrict
)`,
      down: `drop table escalation_ladders`,
    },
    {
      up: `create unique index escalation_ladders_scope_unique on escalation_ladders (company_id, scope)`,
      down: `drop index escalation_ladders_scope_unique`,
    },
    {
      up: `create index escalation_ladders_branch_index on escalation_ladders (branch_id)`,
      down: `drop index escalation_ladders_branch_index`,
    },
  ],
  foreignKeys: [],
};

export const escalationLadders: Migration = {
  id: "0054_escalation_ladders",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
