import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table company_locks (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  kind enum('customer', 'staff', 'policies') character set ascii collate ascii_bin not null,
  subject varchar(36) character set ascii collate ascii_bin not null,
  n bigint not null default 1,
  primary key (id),
  unique key company_locks_subject_unique (company_id, kind, subject)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table company_locks`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table company_locks add constraint company_locks_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table company_locks drop foreign key company_locks_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table company_locks (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  kind TEXT not null,
  subject varchar(36) not null,
  n INTEGER not null default 1,
  constraint company_locks_kind_check check (kind in ('customer', 'staff', 'policies')),
  constraint company_locks_subject_check check (length(subject) <= 36),
  constraint company_locks_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table company_locks`,
    },
    {
      up: `create unique index company_locks_subject_unique on company_locks (company_id, kind, subject)`,
      down: `drop index company_locks_subject_unique`,
    },
  ],
  foreignKeys: [],
};

export const companyLocks: Migration = {
  id: "0017_company_locks",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
