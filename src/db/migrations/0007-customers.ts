import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table customers (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  name varchar(255) not null,
  email varchar(255) null,
  phone varchar(50) null,
  locale varchar(10) not null default 'de',
  created_at datetime(3) not null default current_timestamp(3),
  updated_at datetime(3) not null default current_timestamp(3),
  deleted_at datetime(3) null,
  primary key (id),
  key customers_company_index (company_id)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table customers`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table customers add constraint customers_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table customers drop foreign key customers_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table customers (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  name varchar(255) not null,
  email varchar(255) null,
  phone varchar(50) null,
  locale varchar(10) not null default 'de',
  created_at DATETIME(3) not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at DATETIME(3) not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  deleted_at DATETIME(3) null,
  constraint customers_name_check check (length(name) <= 255),
  constraint customers_email_check check (length(email) <= 255),
  constraint customers_phone_check check (length(phone) <= 50),
  constraint customers_locale_check check (length(locale) <= 10),
  constraint customers_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table customers`,
    },
    {
      up: `create index customers_company_index on customers (company_id)`,
      down: `drop index customers_company_index`,
    },
  ],
  foreignKeys: [],
};

export const customers: Migration = {
  id: "0007_customers",
  release: "phase-1-baseline",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
