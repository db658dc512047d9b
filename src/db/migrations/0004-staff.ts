import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table staff (
  id char(36) not null,
  company_id {companies.id} not null,
  branch_id {branches.id} not null,
  name varchar(255) not null,
  email varchar(255) null,
  phone varchar(50) null,
  is_active tinyint(1) not null default 1,
  created_at datetime(3) not null default current_timestamp(3),
  updated_at datetime(3) not null default current_timestamp(3),
  deleted_at datetime(3) null,
  primary key (id),
  key staff_company_index (company_id, branch_id),
  key staff_branch_index (branch_id)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table staff`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table staff add constraint staff_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table staff drop foreign key staff_company_id_foreign`,
    },
    {
      up: `alter table staff add constraint staff_branch_id_foreign foreign key (branch_id) references branches (id) on delete cascade on update restrict`,
      down: `alter table staff drop foreign key staff_branch_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table staff (
  id char(36) not null primary key,
  company_id {companies.id} not null,
  branch_id {branches.id} not null,
  name varchar(255) not null,
  email varchar(255) null,
  phone varchar(50) null,
  is_active BOOLEAN not null default 1,
  created_at DATETIME(3) not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at DATETIME(3) not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  deleted_at DATETIME(3) null,
  constraint staff_id_check check (length(id) <= 36),
  constraint staff_name_check check (length(name) <= 255),
  constraint staff_email_check check (length(email) <= 255),
  constraint staff_phone_check check (length(phone) <= 50),
  constraint staff_is_active_check check (is_active in (0, 1)),
  constraint staff_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint staff_branch_id_foreign foreign key (branch_id) references branches (id) on delete cascade on update restrict
)`,
      down: `drop table staff`,
    },
    { up: `create index staff_company_index on staff (company_id, branch_id)`, down: `drop index staff_company_index` },
    { up: `create index staff_branch_index on staff (branch_id)`, down: `drop index staff_branch_index` },
  ],
  foreignKeys: [],
};

export const staff: Migration = {
  id: "0004_staff",
  release: "phase-1-baseline",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
