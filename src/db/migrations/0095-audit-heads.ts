import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table audit_heads (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  number bigint not null,
  hash varchar(64) character set ascii collate ascii_bin not null,
  takes bigint not null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key audit_heads_company_unique (company_id)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table audit_heads`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table audit_heads add constraint audit_heads_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table audit_heads drop foreign key audit_heads_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table audit_heads (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  number INTEGER not null,
  hash varchar(64) not null,
  takes INTEGER not null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint audit_heads_hash_check check (length(hash) <= 64),
  constraint audit_heads_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table audit_heads`,
    },
    {
      up: `create unique index audit_heads_company_unique on audit_heads (company_id)`,
      down: `drop index audit_heads_company_unique`,
    },
  ],
  foreignKeys: [],
};

export const auditHeads: Migration = {
  id: "0095_audit_heads",
  release: "phase-5-platform",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
