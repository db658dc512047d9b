import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table webhook_deliveries (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  endpoint_id {webhook_endpoints.id} not null,
  event_id bigint null,
  event_type varchar(100) character set ascii collate ascii_bin not null,
  message_id varchar(40) character set ascii collate ascii_bin not null,
  body text not null,
  status enum('queued', 'sending', 'delivered', 'failed') character set ascii collate ascii_bin not null default 'queued',
  attempts int not null default 0,
  next_at datetime(3) null,
  retries_used int not null default 0,
  response_status int null,
  last_error varchar(500) null,
  queued_at datetime(3) not null,
  finished_at datetime(3) null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key webhook_deliveries_event_unique (company_id, endpoint_id, event_id),
  unique key webhook_deliveries_message_unique (company_id, message_id),
  key webhook_deliveries_due_index (next_at),
  key webhook_deliveries_endpoint_index (endpoint_id, id),
  key webhook_deliveries_finished_index (finished_at),
  constraint webhook_deliveries_attempts_check check (attempts between 0 and 1000000),
  constraint webhook_deliveries_retries_used_check check (retries_used between 0 and 1000),
  constraint webhook_deliveries_response_status_check check (response_status between 0 and 999)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table webhook_deliveries`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table webhook_deliveries add constraint webhook_deliveries_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table webhook_deliveries drop foreign key webhook_deliveries_company_id_foreign`,
    },
    {
      up: `alter table webhook_deliveries add constraint webhook_deliveries_endpoint_id_foreign foreign key (endpoint_id) references webhook_endpoints (id) on delete cascade on update restrict`,
      down: `alter table webhook_deliveries drop foreign key webhook_deliveries_endpoint_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table webhook_deliveries (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  endpoint_id {webhook_endpoints.id} not null,
  event_id INTEGER null,
  event_type varchar(100) not null,
  message_id varchar(40) not null,
  body text not null,
  status TEXT not null default 'queued',
  attempts INTEGER not null default 0,
  next_at DATETIME(3) null,
  retries_used INTEGER not null default 0,
  response_status INTEGER null,
  last_error varchar(500) null,
  queued_at DATETIME(3) not null,
  finished_at DATETIME(3) null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint webhook_deliveries_event_type_check check (length(event_type) <= 100),
  constraint webhook_deliveries_message_id_check check (length(message_id) <= 40),
  constraint webhook_deliveries_status_check check (status in ('queued', 'sending', 'delivered', 'failed')),
  constraint webhook_deliveries_attempts_check check (attempts between 0 and 1000000),
  constraint webhook_deliveries_retries_used_check check (retries_used between 0 and 1000),
  constraint webhook_deliveries_response_status_check check (response_status between 0 and 999),
  constraint webhook_deliveries_last_error_check check (length(last_error) <= 500),
  constraint webhook_deliveries_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint webhook_deliveries_endpoint_id_foreign foreign key (endpoint_id) references webhook_endpoints (id) on delete cascade on update restrict
)`,
      down: `drop table webhook_deliveries`,
    },
    {
      up: `create unique index webhook_deliveries_event_unique on webhook_deliveries (company_id, endpoint_id, event_id)`,
      down: `drop index webhook_deliveries_event_unique`,
    },
    {
      up: `create unique index webhook_deliveries_message_unique on webhook_deliveries (company_id, message_id)`,
      down: `drop index webhook_deliveries_message_unique`,
    },
    {
      up: `create index webhook_deliveries_due_index on webhook_deliveries (next_at)`,
      down: `drop index webhook_deliveries_due_index`,
    },
    {
      up: `create index webhook_deliveries_endpoint_index on webhook_deliveries (endpoint_id, id)`,
      down: `drop index webhook_deliveries_endpoint_index`,
    },
    {
      up: `create index webhook_deliveries_finished_index on webhook_deliveries (finished_at)`,
      down: `drop index webhook_deliveries_finished_index`,
    },
  ],
  foreignKeys: [],
};

export const webhookDeliveries: Migration = {
  id: "0091_webhook_deliveries",
  release: "phase-5-platform",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
