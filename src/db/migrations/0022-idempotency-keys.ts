import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table idempotency_keys (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  key_hash varchar(64) character set ascii collate ascii_bin not null,
  request_hash varchar(64) character set ascii collate ascii_bin not null,
  state enum('in_flight', 'done') character set ascii collate ascii_bin not null,
  owner varchar(36) character set ascii collate ascii_bin not null,
  lease_until datetime(3) not null,
  response_status int null,
  response_body json null,
  expires_at datetime(3) not null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key idempotency_keys_key_unique (company_id, key_hash),
  key idempotency_keys_expires_index (expires_at),
  constraint idempotency_keys_response_status_check check (response_status between 100 and 599)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table idempotency_keys`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table idempotency_keys add constraint idempotency_keys_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table idempotency_keys drop foreign key idempotency_keys_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table idempotency_keys (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  key_hash varchar(64) not null,
  request_hash varchar(64) not null,
  state TEXT not null,
  owner varchar(36) not null,
  lease_until DATETIME(3) not null,
  response_status INTEGER null,
  response_body JSON null,
  expires_at DATETIME(3) not null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint idempotency_keys_key_hash_check check (length(key_hash) <= 64),
  constraint idempotency_keys_request_hash_check check (length(request_hash) <= 64),
  constraint idempotency_keys_state_check check (state in ('in_flight', 'done')),
  constraint idempotency_keys_owner_check check (length(owner) <= 36),
  constraint idempotency_keys_response_status_check check (response_status between 100 and 599),
  constraint idempotency_keys_response_body_check check (json_valid(response_body)),
  constraint idempotency_keys_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table idempotency_keys`,
    },
    {
      up: `create unique index idempotency_keys_key_unique on idempotency_keys (company_id, key_hash)`,
      down: `drop index idempotency_keys_key_unique`,
    },
    {
      up: `create index idempotency_keys_expires_index on idempotency_keys (expires_at)`,
      down: `drop index idempotency_keys_expires_index`,
    },
  ],
  foreignKeys: [],
};

export const idempotencyKeys: Migration = {
  id: "0022_idempotency_keys",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
