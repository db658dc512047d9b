import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table auth_verifications (
  id bigint unsigned not null auto_increment,
  identifier varchar(255) not null,
  value text not null,
  expires_at datetime(3) not null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  key auth_verifications_identifier_index (identifier),
  key auth_verifications_expiry_index (expires_at)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table auth_verifications`,
    },
  ],
  foreignKeys: [],
};

const sqlite = {
  tables: [
    {
      up: `create table auth_verifications (
  id INTEGER primary key autoincrement,
  identifier varchar(255) not null,
  value text not null,
  expires_at DATETIME(3) not null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint auth_verifications_identifier_check check (length(identifier) <= 255)
)`,
      down: `drop table auth_verifications`,
    },
    {
      up: `create index auth_verifications_identifier_index on auth_verifications (identifier)`,
      down: `drop index auth_verifications_identifier_index`,
    },
    {
      up: `create index auth_verifications_expiry_index on auth_verifications (expires_at)`,
      down: `drop index auth_verifications_expiry_index`,
    },
  ],
  foreignKeys: [],
};

export const authVerifications: Migration = {
  id: "0113_auth_verifications",
  release: "phase-5-platform",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
