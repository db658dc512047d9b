import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table notification_attempts (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  delivery_id {notification_deliveries.id} not null,
  number int not null,
  channel enum('email', 'sms', 'whatsapp', 'push') character set ascii collate ascii_bin not null,
  outcome enum('sent', 'retry', 'failed', 'ambiguous', 'taken_over', 'delivered', 'bounced', 'replayed', 'edited') character set ascii collate ascii_bin not null,
  error_code varchar(60) character set ascii collate ascii_bin null,
  detail varchar(500) null,
  milliseconds int null,
  happened_at datetime(3) not null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  key notification_attempts_recent_index (company_id, happened_at),
  key notification_attempts_delivery_index (delivery_id, happened_at),
  constraint notification_attempts_number_check check (number between 0 and 1000000),
  constraint notification_attempts_milliseconds_check check (milliseconds between 0 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table notification_attempts`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table notification_attempts add constraint notification_attempts_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table notification_attempts drop foreign key notification_attempts_company_id_foreign`,
    },
    {
      up: `alter table notification_attempts add constraint notification_attempts_delivery_id_foreign foreign key (delivery_id) references notification_deliveries (id) on delete cascade on update restrict`,
      down: `alter table notification_attempts drop foreign key notification_attempts_delivery_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table notification_attempts (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  delivery_id {notification_deliveries.id} not null,
  number INTEGER not null,
  channel TEXT not null,
  outcome TEXT not null,
  error_code varchar(60) null,
  detail varchar(500) null,
  milliseconds INTEGER null,
  happened_at DATETIME(3) not null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint notification_attempts_number_check check (number between 0 and 1000000),
  constraint notification_attempts_channel_check check (channel in ('email', 'sms', 'whatsapp', 'push')),
  constraint notification_attempts_outcome_check check (outcome in ('sent', 'retry', 'failed', 'ambiguous', 'taken_over', 'delivered', 'bounced', 'replayed', 'edited')),
  constraint notification_attempts_error_code_check check (length(error_code) <= 60),
  constraint notification_attempts_detail_check check (length(detail) <= 500),
  constraint notification_attempts_milliseconds_check check (milliseconds between 0 and 2000000000),
  constraint notification_attempts_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint notification_attempts_delivery_id_foreign foreign key (delivery_id) references notification_deliveries (id) on delete cascade on update restrict
)`,
      down: `drop table notification_attempts`,
    },
    {
      up: `create index notification_attempts_recent_index on notification_attempts (company_id, happened_at)`,
      down: `drop index notification_attempts_recent_index`,
    },
    {
      up: `create index notification_attempts_delivery_index on notification_attempts (delivery_id, happened_at)`,
      down: `drop index notification_attempts_delivery_index`,
    },
  ],
  foreignKeys: [],
};

export const notificationAttempts: Migration = {
  id: "0068_notification_attempts",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
