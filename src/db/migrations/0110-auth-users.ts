import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table auth_users (
  id bigint unsigned not null auto_increment,
  user_id {users.id} not null,
  email varchar(255) not null,
  email_verified tinyint(1) not null default 0,
  name varchar(255) not null,
  image text null,
  is_operator tinyint(1) not null default 0,
  two_factor_enabled tinyint(1) not null default 0,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key auth_users_user_unique (user_id),
  unique key auth_users_email_unique (email)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table auth_users`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table auth_users add constraint auth_users_user_id_foreign foreign key (user_id) references users (id) on delete cascade on update restrict`,
      down: `alter table auth_users drop foreign key auth_users_user_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table auth_users (
  id INTEGER primary key autoincrement,
  user_id {users.id} not null,
  email varchar(255) not null,
  email_verified BOOLEAN not null default 0,
  name varchar(255) not null,
  image text null,
  is_operator BOOLEAN not null default 0,
  two_factor_enabled BOOLEAN not null default 0,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint auth_users_email_check check (length(email) <= 255),
  constraint auth_users_email_verified_check check (email_verified in (0, 1)),
  constraint auth_users_name_check check (length(name) <= 255),
  constraint auth_users_is_operator_check check (is_operator in (0, 1)),
  constraint auth_users_two_factor_enabled_check check (two_factor_enabled in (0, 1)),
  constraint auth_users_user_id_foreign foreign key (user_id) references users (id) on delete cascade on update restrict
)`,
      down: `drop table auth_users`,
    },
    {
      up: `create unique index auth_users_user_unique on auth_users (user_id)`,
      down: `drop index auth_users_user_unique`,
    },
    {
      up: `create unique index auth_users_email_unique on auth_users (email)`,
      down: `drop index auth_users_email_unique`,
    },
  ],
  foreignKeys: [],
};

export const authUsers: Migration = {
  id: "0110_auth_users",
  release: "phase-5-platform",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
