import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table notification_configurations (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  configurable_type enum('company', 'branch', 'service', 'staff') character set ascii collate ascii_bin not null,
  configurable_id varchar(36) character set ascii collate ascii_bin not null,
  event_type varchar(100) character set ascii collate ascii_bin not null,
  channel enum('email', 'sms', 'whatsapp', 'push') character set ascii collate ascii_bin not null,
  fallback_channel enum('email', 'sms', 'whatsapp', 'push') character set ascii collate ascii_bin null,
  is_enabled tinyint(1) not null default 1,
  retry_count int not null default 3,
  retry_delay_minutes int not null default 5,
  template_override varchar(255) null,
  metadata json null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key notification_configurations_target_unique (company_id, configurable_type, configurable_id, event_type, channel),
  key notification_configurations_event_index (company_id, event_type, is_enabled),
  constraint notification_configurations_retry_count_check check (retry_count between 0 and 10),
  constraint notification_configurations_retry_delay_minutes_check check (retry_delay_minutes between 1 and 1440)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table notification_configurations`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table notification_configurations add constraint notification_configurations_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table notification_configurations drop foreign key notification_configurations_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table notification_configurations (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  configurable_type TEXT not null,
  configurable_id varchar(36) not null,
  event_type varchar(100) not null,
  channel TEXT not null,
  fallback_channel TEXT null,
  is_enabled BOOLEAN not null default 1,
  retry_count INTEGER not null default 3,
  retry_delay_minutes INTEGER not null default 5,
  template_override varchar(255) null,
  metadata JSON null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint notification_configurations_configurable_type_check check (configurable_type in ('company', 'branch', 'service', 'staff')),
  constraint notification_configurations_configurable_id_check check (length(configurable_id) <= 36),
  constraint notification_configurations_event_type_check check (length(event_type) <= 100),
  constraint notification_configurations_channel_check check (channel in ('email', 'sms', 'whatsapp', 'push')),
  constraint notification_configurations_fallback_channel_check check (fallback_channel in ('email', 'sms', 'whatsapp', 'push')),
  constraint notification_configurations_is_enabled_check check (is_enabled in (0, 1)),
  constraint notification_configurations_retry_count_check check (retry_count between 0 and 10),
  constraint notification_configurations_retry_delay_minutes_check check (retry_delay_minutes between 1 and 1440),
  constraint notification_configurations_template_override_check check (length(template_override) <= 255),
  constraint notification_configurations_metadata_check check (json_valid(metadata)),
  constraint notification_configurations_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table notification_configurations`,
    },
    {
      up: `create unique index notification_configurations_target_unique on notification_configurations (company_id, configurable_type, configurable_id, event_type, channel)`,
      down: `drop index notification_configurations_target_unique`,
    },
    {
      up: `create index notification_configurations_event_index on notification_configurations (company_id, event_type, is_enabled)`,
      down: `drop index notification_configurations_event_index`,
    },
  ],
  foreignKeys: [],
};

export const notificationConfigurations: Migration = {
  id: "0010_notification_configurations",
  release: "phase-2-multi-tenant",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
