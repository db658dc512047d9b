import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table pending_events (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  consumer enum('notifications') character set ascii collate ascii_bin not null,
  event_id {domain_events.id} not null,
  next_at datetime(3) null,
  attempts int not null default 0,
  last_error varchar(500) null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key pending_events_event_unique (company_id, consumer, event_id),
  key pending_events_due_index (consumer, next_at),
  key pending_events_event_id_index (event_id),
  constraint pending_events_attempts_check check (attempts between 0 and 1000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table pending_events`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table pending_events add constraint pending_events_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table pending_events drop foreign key pending_events_company_id_foreign`,
    },
    {
      up: `alter table pending_events add constraint pending_events_event_id_foreign foreign key (event_id) references domain_events (id) on delete cascade on update restrict`,
      down: `alter table pending_events drop foreign key pending_events_event_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table pending_events (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  consumer TEXT not null,
  event_id {domain_events.id} not null,
  next_at DATETIME(3) null,
  attempts INTEGER not null default 0,
  last_error varchar(500) null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint pending_events_consumer_check check (consumer in ('notifications')),
  constraint pending_events_attempts_check check (attempts between 0 and 1000000),
  constraint pending_events_last_error_check check (length(last_error) <= 500),
  constraint pending_events_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint pending_events_event_id_foreign foreign key (event_id) references domain_events (id) on delete cascade on update restrict
)`,
      down: `drop table pending_events`,
    },
    {
      up: `create unique index pending_events_event_unique on pending_events (company_id, consumer, event_id)`,
      down: `drop index pending_events_event_unique`,
    },
    {
      up: `create index pending_events_due_index on pending_events (consumer, next_at)`,
      down: `drop index pending_events_due_index`,
    },
    {
      up: `create index pending_events_event_id_index on pending_events (event_id)`,
      down: `drop index pending_events_event_id_index`,
    },
  ],
  foreignKeys: [],
};

export const pendingEvents: Migration = {
  id: "0060_pending_events",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
