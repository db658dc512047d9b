import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table auth_sessions (
  id bigint unsigned not null auto_increment,
  auth_user_id {auth_users.id} not null,
  token varchar(64) character set ascii collate ascii_bin not null,
  expires_at datetime(3) not null,
  ip_address varchar(64) null,
  user_agent text null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key auth_sessions_token_unique (token),
  key auth_sessions_user_index (auth_user_id),
  key auth_sessions_expiry_index (expires_at)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table auth_sessions`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table auth_sessions add constraint auth_sessions_auth_user_id_foreign foreign key (auth_user_id) references auth_users (id) on delete cascade on update restrict`,
      down: `alter table auth_sessions drop foreign key auth_sessions_auth_user_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table auth_sessions (
  id INTEGER primary key autoincrement,
  auth_user_id {auth_users.id} not null,
  token varchar(64) not null,
  expires_at DATETIME(3) not null,
  ip_address varchar(64) null,
  user_agent text null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint auth_sessions_token_check check (length(token) <= 64),
  constraint auth_sessions_ip_address_check check (length(ip_address) <= 64),
  constraint auth_sessions_auth_user_id_foreign foreign key (auth_user_id) references auth_users (id) on delete cascade on update restrict
)`,
      down: `drop table auth_sessions`,
    },
    {
      up: `create unique index auth_sessions_token_unique on auth_sessions (token)`,
      down: `drop index auth_sessions_token_unique`,
    },
    {
      up: `create index auth_sessions_user_index on auth_sessions (auth_user_id)`,
      down: `drop index auth_sessions_user_index`,
    },
    {
      up: `create index auth_sessions_expiry_index on auth_sessions (expires_at)`,
      down: `drop index auth_sessions_expiry_index`,
    },
  ],
  foreignKeys: [],
};

export const authSessions: Migration = {
  id: "0111_auth_sessions",
  release: "phase-5-platform",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
