import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table users (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} null,
  email varchar(255) not null,
  name varchar(255) not null,
  created_at datetime(3) not null default current_timestamp(3),
  updated_at datetime(3) not null default current_timestamp(3),
  deleted_at datetime(3) null,
  primary key (id),
  unique key users_email_unique (email),
  key users_company_index (company_id)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table users`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table users add constraint users_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table users drop foreign key users_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table users (
  id INTEGER primary key autoincrement,
  company_id {companies.id} null,
  email varchar(255) not null,
  name varchar(255) not null,
  created_at DATETIME(3) not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at DATETIME(3) not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  deleted_at DATETIME(3) null,
  constraint users_email_check check (length(email) <= 255),
  constraint users_name_check check (length(name) <= 255),
  constraint users_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table users`,
    },
    { up: `create unique index users_email_unique on users (email)`, down: `drop index users_email_unique` },
    { up: `create index users_company_index on users (company_id)`, down: `drop index users_company_index` },
  ],
  foreignKeys: [],
};

export const users: Migration = {
  id: "0009_users",
  release: "phase-1-baseline",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
