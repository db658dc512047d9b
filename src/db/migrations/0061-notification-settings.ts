import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table notification_settings (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  is_muted tinyint(1) not null default 1,
  quiet_from varchar(5) character set ascii collate ascii_bin null,
  quiet_until varchar(5) character set ascii collate ascii_bin null,
  throttle_per_day int null,
  retention_days int not null default 400,
  version int not null default 1,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key notification_settings_company_unique (company_id),
  constraint notification_settings_throttle_per_day_check check (throttle_per_day between 1 and 1000),
  constraint notification_settings_retention_days_check check (retention_days between 1 and 3650),
  constraint notification_settings_version_check check (version between 1 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table notification_settings`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table notification_settings add constraint notification_settings_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table notification_settings drop foreign key notification_settings_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table notification_settings (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  is_muted BOOLEAN not null default 1,
  quiet_from varchar(5) null,
  quiet_until varchar(5) null,
  throttle_per_day INTEGER null,
  retention_days INTEGER not null default 400,
  version INTEGER not null default 1,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint notification_settings_is_muted_check check (is_muted in (0, 1)),
  constraint notification_settings_quiet_from_check check (length(quiet_from) <= 5),
  constraint notification_settings_quiet_until_check check (length(quiet_until) <= 5),
  constraint notification_settings_throttle_per_day_check check (throttle_per_day between 1 and 1000),
  constraint notification_settings_retention_days_check check (retention_days between 1 and 3650),
  constraint notification_settings_version_check check (version between 1 and 2000000000),
  constraint notification_settings_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table notification_settings`,
    },
    {
      up: `create unique index notification_settings_company_unique on notification_settings (company_id)`,
      down: `drop index notification_settings_company_unique`,
    },
  ],
  foreignKeys: [],
};

export const notificationSettings: Migration = {
  id: "0061_notification_settings",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
