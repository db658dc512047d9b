import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table webhook_attempts (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  delivery_id {webhook_deliveries.id} not null,
  number int not null,
  response_status int null,
  response_body varchar(1024) null,
  error varchar(500) null,
  milliseconds int not null,
  happened_at datetime(3) not null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  key webhook_attempts_company_index (company_id),
  key webhook_attempts_delivery_index (delivery_id, id),
  constraint webhook_attempts_number_check check (number between 0 and 1000000),
  constraint webhook_attempts_response_status_check check (response_status between 0 and 999),
  constraint webhook_attempts_milliseconds_check check (milliseconds between 0 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table webhook_attempts`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table webhook_attempts add constraint webhook_attempts_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table webhook_attempts drop foreign key webhook_attempts_company_id_foreign`,
    },
    {
      up: `alter table webhook_attempts add constraint webhook_attempts_delivery_id_foreign foreign key (delivery_id) references webhook_deliveries (id) on delete cascade on update restrict`,
      down: `alter table webhook_attempts drop foreign key webhook_attempts_delivery_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table webhook_attempts (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  delivery_id {webhook_deliveries.id} not null,
  number INTEGER not null,
  response_status INTEGER null,
  response_body varchar(1024) null,
  error varchar(500) null,
  milliseconds INTEGER not null,
  happened_at DATETIME(3) not null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint webhook_attempts_number_check check (number between 0 and 1000000),
  constraint webhook_attempts_response_status_check check (response_status between 0 and 999),
  constraint webhook_attempts_response_body_check check (length(response_body) <= 1024),
  constraint webhook_attempts_error_check check (length(error) <= 500),
  constraint webhook_attempts_milliseconds_check check (milliseconds between 0 and 2000000000),
  constraint webhook_attempts_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint webhook_attempts_delivery_id_foreign foreign key (delivery_id) references webhook_deliveries (id) on delete cascade on update restrict
)`,
      down: `drop table webhook_attempts`,
    },
    {
      up: `create index webhook_attempts_company_index on webhook_attempts (company_id)`,
      down: `drop index webhook_attempts_company_index`,
    },
    {
      up: `create index webhook_attempts_delivery_index on webhook_attempts (delivery_id, id)`,
      down: `drop index webhook_attempts_delivery_index`,
    },
  ],
  foreignKeys: [],
};

export const webhookAttempts: Migration = {
  id: "0092_webhook_attempts",
  release: "phase-5-platform",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
