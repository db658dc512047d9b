import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table auth_failures (
  id bigint unsigned not null auto_increment,
  subject varchar(64) character set ascii collate ascii_bin not null,
  failures int not null,
  since datetime(3) not null,
  until datetime(3) not null,
  primary key (id),
  unique key auth_failures_subject_unique (subject),
  key auth_failures_until_index (until),
  constraint auth_failures_failures_check check (failures between 1 and 1000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table auth_failures`,
    },
  ],
  foreignKeys: [],
};

const sqlite = {
  tables: [
    {
      up: `create table auth_failures (
  id INTEGER primary key autoincrement,
  subject varchar(64) not null,
  failures INTEGER not null,
  since DATETIME(3) not null,
  until DATETIME(3) not null,
  constraint auth_failures_subject_check check (length(subject) <= 64),
  constraint auth_failures_failures_check check (failures between 1 and 1000000)
)`,
      down: `drop table auth_failures`,
    },
    {
      up: `create unique index auth_failures_subject_unique on auth_failures (subject)`,
      down: `drop index auth_failures_subject_unique`,
    },
    {
      up: `create index auth_failures_until_index on auth_failures (until)`,
      down: `drop index auth_failures_until_index`,
    },
  ],
  foreignKeys: [],
};

export const authFailures: Migration = {
  id: "0115_auth_failures",
  release: "phase-5-platform",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
