import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table notification_templates (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  event_type varchar(100) character set ascii collate ascii_bin not null,
  channel enum('email', 'sms', 'whatsapp', 'push') character set ascii collate ascii_bin not null,
  locale varchar(10) character set ascii collate ascii_bin not null,
  name varchar(100) character set ascii collate ascii_bin not null,
  subject varchar(500) null,
  text text not null,
  html text null,
  version int not null default 1,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key notification_templates_key_unique (company_id, event_type, channel, locale, name),
  constraint notification_templates_version_check check (version between 1 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table notification_templates`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table notification_templates add constraint notification_templates_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table notification_templates drop foreign key notification_templates_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table notification_templates (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  event_type varchar(100) not null,
  channel TEXT not null,
  locale varchar(10) not null,
  name varchar(100) not null,
  subject varchar(500) null,
  text text not null,
  html text null,
  version INTEGER not null default 1,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint notification_templates_event_type_check check (length(event_type) <= 100),
  constraint notification_templates_channel_check check (channel in ('email', 'sms', 'whatsapp', 'push')),
  constraint notification_templates_locale_check check (length(locale) <= 10),
  constraint notification_templates_name_check check (length(name) <= 100),
  constraint notification_templates_subject_check check (length(subject) <= 500),
  constraint notification_templates_version_check check (version between 1 and 2000000000),
  constraint notification_templates_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table notification_templates`,
    },
    {
      up: `create unique index notification_templates_key_unique on notification_templates (company_id, event_type, channel, locale, name)`,
      down: `drop index notification_templates_key_unique`,
    },
  ],
  foreignKeys: [],
};

export const notificationTemplates: Migration = {
  id: "0062_notification_templates",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
