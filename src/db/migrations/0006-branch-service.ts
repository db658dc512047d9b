import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table branch_service (
  id bigint unsigned not null auto_increment,
  branch_id {branches.id} not null,
  service_id {services.id} not null,
  is_active tinyint(1) not null default 1,
  primary key (id),
  unique key branch_service_branch_service_unique (branch_id, service_id),
  key branch_service_service_index (service_id)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table branch_service`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table branch_service add constraint branch_service_branch_id_foreign foreign key (branch_id) references branches (id) on delete cascade on update restrict`,
      down: `alter table branch_service drop foreign key branch_service_branch_id_foreign`,
    },
    {
      up: `alter table branch_service add constraint branch_service_service_id_foreign foreign key (service_id) references services (id) on delete cascade on update restrict`,
      down: `alter table branch_service drop foreign key branch_service_service_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table branch_service (
  id INTEGER primary key autoincrement,
  branch_id {branches.id} not null,
  service_id {services.id} not null,
  is_active BOOLEAN not null default 1,
  constraint branch_service_is_active_check check (is_active in (0, 1)),
  constraint branch_service_branch_id_foreign foreign key (branch_id) references branches (id) on delete cascade on update restrict,
  constraint branch_service_service_id_foreign foreign key (service_id) references services (id) on delete cascade on update restrict
)`,
      down: `drop table branch_service`,
    },
    {
      up: `create unique index branch_service_branch_service_unique on branch_service (branch_id, service_id)`,
      down: `drop index branch_service_branch_service_unique`,
    },
    {
      up: `create index branch_service_service_index on branch_service (service_id)`,
      down: `drop index branch_service_service_index`,
    },
  ],
  foreignKeys: [],
};

export const branchService: Migration = {
  id: "0006_branch_service",
  release: "phase-1-baseline",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
