import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table notification_preferences (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  owner_type enum('customer', 'staff') character set ascii collate ascii_bin not null,
  owner_id varchar(36) character set ascii collate ascii_bin not null,
  locale varchar(10) character set ascii collate ascii_bin null,
  timezone varchar(64) character set ascii collate ascii_bin null,
  quiet_from varchar(5) character set ascii collate ascii_bin null,
  quiet_until varchar(5) character set ascii collate ascii_bin null,
  preferred_channel enum('email', 'sms', 'whatsapp', 'push') character set ascii collate ascii_bin null,
  opt_outs json not null,
  version int not null default 1,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key notification_preferences_owner_unique (company_id, owner_type, owner_id),
  constraint notification_preferences_version_check check (version between 1 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table notification_preferences`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table notification_preferences add constraint notification_preferences_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table notification_preferences drop foreign key notification_preferences_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table notification_preferences (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  owner_type TEXT not null,
  owner_id varchar(36) not null,
  locale varchar(10) null,
  timezone varchar(64) null,
  quiet_from varchar(5) null,
  quiet_until varchar(5) null,
  preferred_channel TEXT null,
  opt_outs JSON not null,
  version INTEGER not null default 1,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint notification_preferences_owner_type_check check (owner_type in ('customer', 'staff')),
  constraint notification_preferences_owner_id_check check (length(owner_id) <= 36),
  constraint notification_preferences_locale_check check (length(locale) <= 10),
  constraint notification_preferences_timezone_check check (length(timezone) <= 64),
  constraint notification_preferences_quiet_from_check check (length(quiet_from) <= 5),
  constraint notification_preferences_quiet_until_check check (length(quiet_until) <= 5),
  constraint notification_preferences_preferred_channel_check check (preferred_channel in ('email', 'sms', 'whatsapp', 'push')),
  constraint notification_preferences_opt_outs_check check (json_valid(opt_outs)),
  constraint notification_preferences_version_check check (version between 1 and 2000000000),
  constraint notification_preferences_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table notification_preferences`,
    },
    {
      up: `create unique index notification_preferences_owner_unique on notification_preferences (company_id, owner_type, owner_id)`,
      down: `drop index notification_preferences_owner_unique`,
    },
  ],
  foreignKeys: [],
};

export const notificationPreferences: Migration = {
  id: "0063_notification_preferences",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
