import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table webhook_endpoints (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  url varchar(2000) not null,
  description varchar(255) not null,
  event_types json not null,
  secret text not null,
  secret_key_id varchar(16) character set ascii collate ascii_bin not null,
  is_enabled tinyint(1) not null default 1,
  disabled_at datetime(3) null,
  disabled_reason varchar(40) character set ascii collate ascii_bin null,
  last_delivered_at datetime(3) null,
  version int not null default 1,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  key webhook_endpoints_company_index (company_id),
  key webhook_endpoints_key_index (secret_key_id),
  key webhook_endpoints_disabled_index (disabled_at),
  constraint webhook_endpoints_version_check check (version between 1 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table webhook_endpoints`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table webhook_endpoints add constraint webhook_endpoints_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table webhook_endpoints drop foreign key webhook_endpoints_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table webhook_endpoints (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  url varchar(2000) not null,
  description varchar(255) not null,
  event_types JSON not null,
  secret text not null,
  secret_key_id varchar(16) not null,
  is_enabled BOOLEAN not null default 1,
  disabled_at DATETIME(3) null,
  disabled_reason varchar(40) null,
  last_delivered_at DATETIME(3) null,
  version INTEGER not null default 1,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint webhook_endpoints_url_check check (length(url) <= 2000),
  constraint webhook_endpoints_description_check check (length(description) <= 255),
  constraint webhook_endpoints_event_types_check check (json_valid(event_types)),
  constraint webhook_endpoints_secret_key_id_check check (length(secret_key_id) <= 16),
  constraint webhook_endpoints_is_enabled_check check (is_enabled in (0, 1)),
  constraint webhook_endpoints_disabled_reason_check check (length(disabled_reason) <= 40),
  constraint webhook_endpoints_version_check check (version between 1 and 2000000000),
  constraint webhook_endpoints_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table webhook_endpoints`,
    },
    {
      up: `create index webhook_endpoints_company_index on webhook_endpoints (company_id)`,
      down: `drop index webhook_endpoints_company_index`,
    },
    {
      up: `create index webhook_endpoints_key_index on webhook_endpoints (secret_key_id)`,
      down: `drop index webhook_endpoints_key_index`,
    },
    {
      up: `create index webhook_endpoints_disabled_index on webhook_endpoints (disabled_at)`,
      down: `drop index webhook_endpoints_disabled_index`,
    },
  ],
  foreignKeys: [],
};

export const webhookEndpoints: Migration = {
  id: "0090_webhook_endpoints",
  release: "phase-5-platform",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
