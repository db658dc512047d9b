import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table provider_accounts (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  channel enum('email', 'sms', 'whatsapp', 'push') character set ascii collate ascii_bin not null,
  kind enum('smtp', 'twilio_sms', 'twilio_whatsapp', 'web_push', 'mailbox') character set ascii collate ascii_bin not null,
  settings json not null,
  secrets text null,
  secret_key_id varchar(16) character set ascii collate ascii_bin null,
  version int not null default 1,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key provider_accounts_channel_unique (company_id, channel),
  key provider_accounts_key_index (secret_key_id),
  constraint provider_accounts_version_check check (version between 1 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table provider_accounts`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table provider_accounts add constraint provider_accounts_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table provider_accounts drop foreign key provider_accounts_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table provider_accounts (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  channel TEXT not null,
  kind TEXT not null,
  settings JSON not null,
  secrets text null,
  secret_key_id varchar(16) null,
  version INTEGER not null default 1,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint provider_accounts_channel_check check (channel in ('email', 'sms', 'whatsapp', 'push')),
  constraint provider_accounts_kind_check check (kind in ('smtp', 'twilio_sms', 'twilio_whatsapp', 'web_push', 'mailbox')),
  constraint provider_accounts_settings_check check (json_valid(settings)),
  constraint provider_accounts_secret_key_id_check check (length(secret_key_id) <= 16),
  constraint provider_accounts_version_check check (version between 1 and 2000000000),
  constraint provider_accounts_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table provider_accounts`,
    },
    {
      up: `create unique index provider_accounts_channel_unique on provider_accounts (company_id, channel)`,
      down: `drop index provider_accounts_channel_unique`,
    },
    {
      up: `create index provider_accounts_key_index on provider_accounts (secret_key_id)`,
      down: `drop index provider_accounts_key_index`,
    },
  ],
  foreignKeys: [],
};

export const providerAccounts: Migration = {
  id: "0064_provider_accounts",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
