import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table api_keys (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  name varchar(100) not null,
  prefix varchar(16) character set ascii collate ascii_bin not null,
  key_hash varchar(64) character set ascii collate ascii_bin not null,
  scopes json not null,
  expires_at datetime(3) null,
  revoked_at datetime(3) null,
  last_used_at datetime(3) null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key api_keys_hash_unique (key_hash),
  key api_keys_company_index (company_id, revoked_at)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table api_keys`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table api_keys add constraint api_keys_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table api_keys drop foreign key api_keys_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table api_keys (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  name varchar(100) not null,
  prefix varchar(16) not null,
  key_hash varchar(64) not null,
  scopes JSON not null,
  expires_at DATETIME(3) null,
  revoked_at DATETIME(3) null,
  last_used_at DATETIME(3) null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint api_keys_name_check check (length(name) <= 100),
  constraint api_keys_prefix_check check (length(prefix) <= 16),
  constraint api_keys_key_hash_check check (length(key_hash) <= 64),
  constraint api_keys_scopes_check check (json_valid(scopes)),
  constraint api_keys_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table api_keys`,
    },
    { up: `create unique index api_keys_hash_unique on api_keys (key_hash)`, down: `drop index api_keys_hash_unique` },
    {
      up: `create index api_keys_company_index on api_keys (company_id, revoked_at)`,
      down: `drop index api_keys_company_index`,
    },
  ],
  foreignKeys: [],
};

export const apiKeys: Migration = {
  id: "0023_api_keys",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
