import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table policy_configurations (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  configurable_type enum('company', 'branch', 'service', 'staff') character set ascii collate ascii_bin not null,
  configurable_id varchar(36) character set ascii collate ascii_bin not null,
  policy_type enum('cancellation', 'reschedule', 'recurring') character set ascii collate ascii_bin not null,
  config json not null,
  is_override tinyint(1) not null default 1,
  overrides_id bigint unsigned null,
  version int not null default 1,
  deleted_at datetime(3) null,
  live tinyint generated always as (case when deleted_at is null then 1 end) virtual,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key policy_configurations_live_unique (company_id, configurable_type, configurable_id, policy_type, live),
  key policy_configurations_type_index (company_id, policy_type),
  key policy_configurations_overrides_index (overrides_id),
  constraint policy_configurations_version_check check (version between 1 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table policy_configurations`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table policy_configurations add constraint policy_configurations_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table policy_configurations drop foreign key policy_configurations_company_id_foreign`,
    },
    {
      up: `alter table policy_configurations add constraint policy_configurations_overrides_id_foreign foreign key (overrides_id) references policy_configurations (id) on delete cascade on update restrict`,
      down: `alter table policy_configurations drop foreign key policy_configurations_overrides_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table policy_configurations (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  configurable_type TEXT not null,
  configurable_id varchar(36) not null,
  policy_type TEXT not null,
  config JSON not null,
  is_override BOOLEAN not null default 1,
  overrides_id INTEGER null,
  version INTEGER not null default 1,
  deleted_at DATETIME(3) null,
  live INTEGER generated always as (case when deleted_at is null then 1 end) virtual,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint policy_configurations_configurable_type_check check (configurable_type in ('company', 'branch', 'service', 'staff')),
  constraint policy_configurations_configurable_id_check check (length(configurable_id) <= 36),
  constraint policy_configurations_policy_type_check check (policy_type in ('cancellation', 'reschedule', 'recurring')),
  constraint policy_configurations_config_check check (json_valid(config)),
  constraint policy_configurations_is_override_check check (is_override in (0, 1)),
  constraint policy_configurations_version_check check (version between 1 and 2000000000),
  constraint policy_configurations_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint policy_configurations_overrides_id_foreign foreign key (overrides_id) references policy_configurations (id) on delete cascade on update restrict
)`,
      down: `drop table policy_configurations`,
    },
    {
      up: `create unique index policy_configurations_live_unique on policy_configurations (company_id, configurable_type, configurable_id, policy_type, live)`,
      down: `drop index policy_configurations_live_unique`,
    },
    {
      up: `create index policy_configurations_type_index on policy_configurations (company_id, policy_type)`,
      down: `drop index policy_configurations_type_index`,
    },
    {
      up: `create index policy_configurations_overrides_index on policy_configurations (overrides_id)`,
      down: `drop index policy_configurations_overrides_index`,
    },
  ],
  foreignKeys: [],
};

export const policyConfigurations: Migration = {
  id: "0011_policy_configurations",
  release: "phase-2-multi-tenant",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
