import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table domain_events (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  type varchar(100) character set ascii collate ascii_bin not null,
  subject_id varchar(36) character set ascii collate ascii_bin not null,
  payload json not null,
  occurred_at datetime(3) not null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  key domain_events_type_index (company_id, type, occurred_at),
  key domain_events_subject_index (company_id, subject_id)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table domain_events`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table domain_events add constraint domain_events_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table domain_events drop foreign key domain_events_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table domain_events (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  type varchar(100) not null,
  subject_id varchar(36) not null,
  payload JSON not null,
  occurred_at DATETIME(3) not null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint domain_events_type_check check (length(type) <= 100),
  constraint domain_events_subject_id_check check (length(subject_id) <= 36),
  constraint domain_events_payload_check check (json_valid(payload)),
  constraint domain_events_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table domain_events`,
    },
    {
      up: `create index domain_events_type_index on domain_events (company_id, type, occurred_at)`,
      down: `drop index domain_events_type_index`,
    },
    {
      up: `create index domain_events_subject_index on domain_events (company_id, subject_id)`,
      down: `drop index domain_events_subject_index`,
    },
  ],
  foreignKeys: [],
};

export const domainEvents: Migration = {
  id: "0021_domain_events",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
