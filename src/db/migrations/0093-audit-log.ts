import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table audit_log (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  number bigint not null,
  actor_token varchar(36) character set ascii collate ascii_bin not null,
  source enum('api', 'ui', 'cli', 'worker') character set ascii collate ascii_bin not null,
  action varchar(100) character set ascii collate ascii_bin not null,
  subject_type varchar(40) character set ascii collate ascii_bin not null,
  subject_id varchar(64) character set ascii collate ascii_bin not null,
  customer_id bigint null,
  changes text not null,
  salt varchar(32) character set ascii collate ascii_bin null,
  changes_hash varchar(64) character set ascii collate ascii_bin not null,
  request_id varchar(64) character set ascii collate ascii_bin null,
  event_id bigint null,
  happened_at datetime(3) not null,
  hash varchar(64) character set ascii collate ascii_bin not null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key audit_log_number_unique (company_id, number),
  unique key audit_log_event_unique (company_id, event_id),
  key audit_log_subject_index (company_id, subject_type, subject_id),
  key audit_log_actor_index (company_id, actor_token),
  key audit_log_customer_index (company_id, customer_id)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table audit_log`,
    },
  ],
  foreignKeys: [],
};

const sqlite = {
  tables: [
    {
      up: `create table audit_log (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  number INTEGER not null,
  actor_token varchar(36) not null,
  source TEXT not null,
  action varchar(100) not null,
  subject_type varchar(40) not null,
  subject_id varchar(64) not null,
  customer_id INTEGER null,
  changes text not null,
  salt varchar(32) null,
  changes_hash varchar(64) not null,
  request_id varchar(64) null,
  event_id INTEGER null,
  happened_at DATETIME(3) not null,
  hash varchar(64) not null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint audit_log_actor_token_check check (length(actor_token) <= 36),
  constraint audit_log_source_check check (source in ('api', 'ui', 'cli', 'worker')),
  constraint audit_log_action_check check (length(action) <= 100),
  constraint audit_log_subject_type_check check (length(subject_type) <= 40),
  constraint audit_log_subject_id_check check (length(subject_id) <= 64),
  constraint audit_log_salt_check check (length(salt) <= 32),
  constraint audit_log_changes_hash_check check (length(changes_hash) <= 64),
  constraint audit_log_request_id_check check (length(request_id) <= 64),
  constraint audit_log_hash_check check (length(hash) <= 64)
)`,
      down: `drop table audit_log`,
    },
    {
      up: `create unique index audit_log_number_unique on audit_log (company_id, number)`,
      down: `drop index audit_log_number_unique`,
    },
    {
      up: `create unique index audit_log_event_unique on audit_log (company_id, event_id)`,
      down: `drop index audit_log_event_unique`,
    },
    {
      up: `create index audit_log_subject_index on audit_log (company_id, subject_type, subject_id)`,
      down: `drop index audit_log_subject_index`,
    },
    {
      up: `create index audit_log_actor_index on audit_log (company_id, actor_token)`,
      down: `drop index audit_log_actor_index`,
    },
    {
      up: `create index audit_log_customer_index on audit_log (company_id, customer_id)`,
      down: `drop index audit_log_customer_index`,
    },
  ],
  foreignKeys: [],
};

export const auditLog: Migration = {
  id: "0093_audit_log",
  release: "phase-5-platform",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
