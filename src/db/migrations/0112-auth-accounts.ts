import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table auth_accounts (
  id bigint unsigned not null auto_increment,
  auth_user_id {auth_users.id} not null,
  account_id varchar(255) not null,
  provider_id varchar(40) character set ascii collate ascii_bin not null,
  access_token text null,
  refresh_token text null,
  id_token text null,
  access_token_expires_at datetime(3) null,
  refresh_token_expires_at datetime(3) null,
  scope text null,
  password text null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key auth_accounts_provider_unique (auth_user_id, provider_id)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table auth_accounts`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table auth_accounts add constraint auth_accounts_auth_user_id_foreign foreign key (auth_user_id) references auth_users (id) on delete cascade on update restrict`,
      down: `alter table auth_accounts drop foreign key auth_accounts_auth_user_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table auth_accounts (
  id INTEGER primary key autoincrement,
  auth_user_id {auth_users.id} not null,
  account_id varchar(255) not null,
  provider_id varchar(40) not null,
  access_token text null,
  refresh_token text null,
  id_token text null,
  access_token_expires_at DATETIME(3) null,
  refresh_token_expires_at DATETIME(3) null,
  scope text null,
  password text null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint auth_accounts_account_id_check check (length(account_id) <= 255),
  constraint auth_accounts_provider_id_check check (length(provider_id) <= 40),
  constraint auth_accounts_auth_user_id_foreign foreign key (auth_user_id) references auth_users (id) on delete cascade on update restrict
)`,
      down: `drop table auth_accounts`,
    },
    {
      up: `create unique index auth_accounts_provider_unique on auth_accounts (auth_user_id, provider_id)`,
      down: `drop index auth_accounts_provider_unique`,
    },
  ],
  foreignKeys: [],
};

export const authAccounts: Migration = {
  id: "0112_auth_accounts",
  release: "phase-5-platform",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
