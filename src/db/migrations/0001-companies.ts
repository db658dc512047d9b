import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table companies (
  id bigint unsigned not null auto_increment,
  name varchar(255) not null,
  is_active tinyint(1) not null default 1,
  timezone varchar(64) not null default 'Europe/Berlin',
  locale varchar(10) not null default 'de',
  currency varchar(3) character set ascii collate ascii_bin not null default 'EUR',
  created_at datetime(3) not null default current_timestamp(3),
  updated_at datetime(3) not null default current_timestamp(3),
  deleted_at datetime(3) null,
  primary key (id)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table companies`,
    },
  ],
  foreignKeys: [],
};

const sqlite = {
  tables: [
    {
      up: `create table companies (
  id INTEGER primary key autoincrement,
  name varchar(255) not null,
  is_active BOOLEAN not null default 1,
  timezone varchar(64) not null default 'Europe/Berlin',
  locale varchar(10) not null default 'de',
  currency varchar(3) not null default 'EUR',
  created_at DATETIME(3) not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at DATETIME(3) not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  deleted_at DATETIME(3) null,
  constraint companies_name_check check (length(name) <= 255),
  constraint companies_is_active_check check (is_active in (0, 1)),
  constraint companies_timezone_check check (length(timezone) <= 64),
  constraint companies_locale_check check (length(locale) <= 10),
  constraint companies_currency_check check (length(currency) <= 3)
)`,
      down: `drop table companies`,
    },
  ],
  foreignKeys: [],
};

export const companies: Migration = {
  id: "0001_companies",
  release: "phase-1-baseline",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
