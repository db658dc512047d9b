import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table business_calendars (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  scope varchar(36) character set ascii collate ascii_bin not null,
  branch_id {branches.id} null,
  name varchar(100) not null,
  rules json not null,
  version int not null default 1,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key business_calendars_scope_unique (company_id, scope),
  key business_calendars_branch_index (branch_id),
  constraint business_calendars_version_check check (version between 1 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table business_calendars`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table business_calendars add constraint business_calendars_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table business_calendars drop foreign key business_calendars_company_id_foreign`,
    },
    {
      up: `alter table business_calendars add constraint business_calendars_branch_id_foreign foreign key (branch_id) references branches (id) on delete cascade on update restrict`,
      down: `alter table business_calendars drop foreign key business_calendars_branch_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table business_calendars (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  scope varchar(36) not null,
  branch_id {branches.id} null,
  name varchar(100) not null,
  rules JSON not null,
  version INTEGER not null default 1,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint business_calendars_scope_check check (length(scope) <= 36),
  constraint business_calendars_name_check check (length(name) <= 100),
  constraint business_calendars_rules_check check (json_valid(rules)),
  constraint business_calendars_version_check check (version between 1 and 2000000000),
  constraint business_calendars_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint business_calendars_branch_id_foreign foreign key (branch_id) references branches (id) on delete cascade on update restrict
)`,
      down: `drop table business_calendars`,
    },
    {
      up: `create unique index business_calendars_scope_unique on business_calendars (company_id, scope)`,
      down: `drop index business_calendars_scope_unique`,
    },
    {
      up: `create index business_calendars_branch_index on business_calendars (branch_id)`,
      down: `drop index business_calendars_branch_index`,
    },
  ],
  foreignKeys: [],
};

export const businessCalendars: Migration = {
  id: "0051_business_calendars",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
