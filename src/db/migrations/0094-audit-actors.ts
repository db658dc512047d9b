import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table audit_actors (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  token varchar(36) character set ascii collate ascii_bin not null,
  actor_type varchar(20) character set ascii collate ascii_bin not null,
  actor_id varchar(64) character set ascii collate ascii_bin not null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key audit_actors_actor_unique (company_id, actor_type, actor_id),
  unique key audit_actors_token_unique (company_id, token)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table audit_actors`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table audit_actors add constraint audit_actors_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table audit_actors drop foreign key audit_actors_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table audit_actors (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  token varchar(36) not null,
  actor_type varchar(20) not null,
  actor_id varchar(64) not null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint audit_actors_token_check check (length(token) <= 36),
  constraint audit_actors_actor_type_check check (length(actor_type) <= 20),
  constraint audit_actors_actor_id_check check (length(actor_id) <= 64),
  constraint audit_actors_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table audit_actors`,
    },
    {
      up: `create unique index audit_actors_actor_unique on audit_actors (company_id, actor_type, actor_id)`,
      down: `drop index audit_actors_actor_unique`,
    },
    {
      up: `create unique index audit_actors_token_unique on audit_actors (company_id, token)`,
      down: `drop index audit_actors_token_unique`,
    },
  ],
  foreignKeys: [],
};

export const auditActors: Migration = {
  id: "0094_audit_actors",
  release: "phase-5-platform",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
