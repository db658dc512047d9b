import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table policy_versions (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  configuration_id bigint unsigned not null,
  version int not null,
  configurable_type enum('company', 'branch', 'service', 'staff') character set ascii collate ascii_bin not null,
  configurable_id varchar(36) character set ascii collate ascii_bin not null,
  policy_type enum('cancellation', 'reschedule', 'recurring') character set ascii collate ascii_bin not null,
  config json not null,
  is_override tinyint(1) not null,
  overrides_id bigint null,
  change_kind enum('create', 'change', 'reset', 'delete') character set ascii collate ascii_bin not null,
  comment text null,
  valid_from datetime(3) not null,
  valid_until datetime(3) null,
  actor_type enum('user', 'staff', 'customer', 'system', 'api_key') character set ascii collate ascii_bin not null,
  actor_id varchar(36) character set ascii collate ascii_bin null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key policy_versions_version_unique (company_id, configuration_id, version),
  key policy_versions_target_index (company_id, policy_type, configurable_type, configurable_id, valid_from),
  key policy_versions_configuration_index (configuration_id),
  constraint policy_versions_version_check check (version between 1 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table policy_versions`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table policy_versions add constraint policy_versions_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table policy_versions drop foreign key policy_versions_company_id_foreign`,
    },
    {
      up: `alter table policy_versions add constraint policy_versions_configuration_id_foreign foreign key (configuration_id) references policy_configurations (id) on delete cascade on update restrict`,
      down: `alter table policy_versions drop foreign key policy_versions_configuration_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table policy_versions (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  configuration_id INTEGER not null,
  version INTEGER not null,
  configurable_type TEXT not null,
  configurable_id varchar(36) not null,
  policy_type TEXT not null,
  config JSON not null,
  is_override BOOLEAN not null,
  overrides_id INTEGER null,
  change_kind TEXT not null,
  comment text null,
  valid_from DATETIME(3) not null,
  valid_until DATETIME(3) null,
  actor_type TEXT not null,
  actor_id varchar(36) null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint policy_versions_version_check check (version between 1 and 2000000000),
  constraint policy_versions_configurable_type_check check (configurable_type in ('company', 'branch', 'service', 'staff')),
  constraint policy_versions_configurable_id_check check (length(configurable_id) <= 36),
  constraint policy_versions_policy_type_check check (policy_type in ('cancellation', 'reschedule', 'recurring')),
  constraint policy_versions_config_check check (json_valid(config)),
  constraint policy_versions_is_override_check check (is_override in (0, 1)),
  constraint policy_versions_change_kind_check check (change_kind in ('create', 'change', 'reset', 'delete')),
  constraint policy_versions_actor_type_check check (actor_type in ('user', 'staff', 'customer', 'system', 'api_key')),
  constraint policy_versions_actor_id_check check (length(actor_id) <= 36),
  constraint policy_versions_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint policy_versions_configuration_id_foreign foreign key (configuration_id) references policy_configurations (id) on delete cascade on update restrict
)`,
      down: `drop table policy_versions`,
    },
    {
      up: `create unique index policy_versions_version_unique on policy_versions (company_id, configuration_id, version)`,
      down: `drop index policy_versions_version_unique`,
    },
    {
      up: `create index policy_versions_target_index on policy_versions (company_id, policy_type, configurable_type, configurable_id, valid_from)`,
      down: `drop index policy_versions_target_index`,
    },
    {
      up: `create index policy_versions_configuration_index on policy_versions (configuration_id)`,
      down: `drop index policy_versions_configuration_index`,
    },
  ],
  foreignKeys: [],
};

export const policyVersions: Migration = {
  id: "0018_policy_versions",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
