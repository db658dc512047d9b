import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table callback_runs (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  callback_request_id bigint unsigned not null,
  calendar_snapshot_id bigint unsigned not null,
  target_ms bigint not null,
  started_at datetime(3) not null,
  ended_at datetime(3) null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  key callback_runs_callback_index (company_id, callback_request_id, started_at),
  key callback_runs_calendar_index (calendar_snapshot_id)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table callback_runs`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table callback_runs add constraint callback_runs_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table callback_runs drop foreign key callback_runs_company_id_foreign`,
    },
    {
      up: `alter table callback_runs add constraint callback_runs_callback_request_id_foreign foreign key (company_id, callback_request_id) references callback_requests (company_id, id) on delete cascade on update restrict`,
      down: `alter table callback_runs drop foreign key callback_runs_callback_request_id_foreign`,
    },
    {
      up: `alter table callback_runs add constraint callback_runs_calendar_snapshot_id_foreign foreign key (calendar_snapshot_id) references calendar_snapshots (id) on delete cascade on update restrict`,
      down: `alter table callback_runs drop foreign key callback_runs_calendar_snapshot_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table callback_runs (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  callback_request_id INTEGER not null,
  calendar_snapshot_id INTEGER not null,
  target_ms INTEGER not null,
  started_at DATETIME(3) not null,
  ended_at DATETIME(3) null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint callback_runs_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint callback_runs_callback_request_id_foreign foreign key (company_id, callback_request_id) references callback_requests (company_id, id) on delete cascade on update restrict,
  constraint callback_runs_calendar_snapshot_id_foreign foreign key (calendar_snapshot_id) references calendar_snapshots (id) on delete cascade on update restrict
)`,
      down: `drop table callback_runs`,
    },
    {
      up: `create index callback_runs_callback_index on callback_runs (company_id, callback_request_id, started_at)`,
      down: `drop index callback_runs_callback_index`,
    },
    {
      up: `create index callback_runs_calendar_index on callback_runs (calendar_snapshot_id)`,
      down: `drop index callback_runs_calendar_index`,
    },
  ],
  foreignKeys: [],
};

export const callbackRuns: Migration = {
  id: "0057_callback_runs",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
