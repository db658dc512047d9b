import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table role_grants (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  user_id {users.id} not null,
  role enum('admin', 'manager', 'receptionist', 'staff', 'viewer') character set ascii collate ascii_bin not null,
  branch_id {branches.id} null,
  staff_id {staff.id} null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key role_grants_user_unique (company_id, user_id, branch_id),
  key role_grants_role_index (company_id, role),
  key role_grants_user_index (user_id),
  key role_grants_branch_index (branch_id),
  key role_grants_staff_index (staff_id)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table role_grants`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table role_grants add constraint role_grants_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table role_grants drop foreign key role_grants_company_id_foreign`,
    },
    {
      up: `alter table role_grants add constraint role_grants_branch_id_foreign foreign key (branch_id) references branches (id) on delete cascade on update restrict`,
      down: `alter table role_grants drop foreign key role_grants_branch_id_foreign`,
    },
    {
      up: `alter table role_grants add constraint role_grants_user_id_foreign foreign key (user_id) references users (id) on delete cascade on update restrict`,
      down: `alter table role_grants drop foreign key role_grants_user_id_foreign`,
    },
    {
      up: `alter table role_grants add constraint role_grants_staff_id_foreign foreign key (staff_id) references staff (id) on delete set null on update restrict`,
      down: `alter table role_grants drop foreign key role_grants_staff_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table role_grants (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  user_id {users.id} not null,
  role TEXT not null,
  branch_id {branches.id} null,
  staff_id {staff.id} null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint role_grants_role_check check (role in ('admin', 'manager', 'receptionist', 'staff', 'viewer')),
  constraint role_grants_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint role_grants_branch_id_foreign foreign key (branch_id) references branches (id) on delete cascade on update restrict,
  constraint role_grants_user_id_foreign foreign key (user_id) references users (id) on delete cascade on update restrict,
  constraint role_grants_staff_id_foreign foreign key (staff_id) references staff (id) on delete set null on update restrict
)`,
      down: `drop table role_grants`,
    },
    {
      up: `create unique index role_grants_user_unique on role_grants (company_id, user_id, branch_id)`,
      down: `drop index role_grants_user_unique`,
    },
    {
      up: `create index role_grants_role_index on role_grants (company_id, role)`,
      down: `drop index role_grants_role_index`,
    },
    { up: `create index role_grants_user_index on role_grants (user_id)`, down: `drop index role_grants_user_index` },
    {
      up: `create index role_grants_branch_index on role_grants (branch_id)`,
      down: `drop index role_grants_branch_index`,
    },
    {
      up: `create index role_grants_staff_index on role_grants (staff_id)`,
      down: `drop index role_grants_staff_index`,
    },
  ],
  foreignKeys: [],
};

export const roleGrants: Migration = {
  id: "0050_role_grants",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
