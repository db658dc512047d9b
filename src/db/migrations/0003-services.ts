import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table services (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  branch_id {branches.id} null,
  name varchar(255) not null,
  duration_minutes int not null default 60,
  price_cents int null,
  is_active tinyint(1) not null default 1,
  created_at datetime(3) not null default current_timestamp(3),
  updated_at datetime(3) not null default current_timestamp(3),
  deleted_at datetime(3) null,
  primary key (id),
  key services_company_index (company_id),
  key services_branch_index (branch_id),
  constraint services_duration_minutes_check check (duration_minutes between 1 and 10080),
  constraint services_price_cents_check check (price_cents between 0 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table services`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table services add constraint services_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table services drop foreign key services_company_id_foreign`,
    },
    {
      up: `alter table services add constraint services_branch_id_foreign foreign key (branch_id) references branches (id) on delete set null on update restrict`,
      down: `alter table services drop foreign key services_branch_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table services (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  branch_id {branches.id} null,
  name varchar(255) not null,
  duration_minutes INTEGER not null default 60,
  price_cents INTEGER null,
  is_active BOOLEAN not null default 1,
  created_at DATETIME(3) not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at DATETIME(3) not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  deleted_at DATETIME(3) null,
  constraint services_name_check check (length(name) <= 255),
  constraint services_duration_minutes_check check (duration_minutes between 1 and 10080),
  constraint services_price_cents_check check (price_cents between 0 and 2000000000),
  constraint services_is_active_check check (is_active in (0, 1)),
  constraint services_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint services_branch_id_foreign foreign key (branch_id) references branches (id) on delete set null on update restrict
)`,
      down: `drop table services`,
    },
    { up: `create index services_company_index on services (company_id)`, down: `drop index services_company_index` },
    { up: `create index services_branch_index on services (branch_id)`, down: `drop index services_branch_index` },
  ],
  foreignKeys: [],
};

export const services: Migration = {
  id: "0003_services",
  release: "phase-1-baseline",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
