import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table calendar_snapshots (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  hash varchar(64) character set ascii collate ascii_bin not null,
  rules json not null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key calendar_snapshots_hash_unique (company_id, hash)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table calendar_snapshots`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table calendar_snapshots add constraint calendar_snapshots_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table calendar_snapshots drop foreign key calendar_snapshots_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table calendar_snapshots (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  hash varchar(64) not null,
  rules JSON not null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint calendar_snapshots_hash_check check (length(hash) <= 64),
  constraint calendar_snapshots_rules_check check (json_valid(rules)),
  constraint calendar_snapshots_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table calendar_snapshots`,
    },
    {
      up: `create unique index calendar_snapshots_hash_unique on calendar_snapshots (company_id, hash)`,
      down: `drop index calendar_snapshots_hash_unique`,
    },
  ],
  foreignKeys: [],
};

export const calendarSnapshots: Migration = {
  id: "0052_calendar_snapshots",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
