import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table push_subscriptions (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  staff_id {staff.id} not null,
  endpoint_hash varchar(64) character set ascii collate ascii_bin not null,
  endpoint text not null,
  p256dh varchar(200) character set ascii collate ascii_bin not null,
  auth varchar(100) character set ascii collate ascii_bin not null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key push_subscriptions_endpoint_unique (company_id, endpoint_hash),
  key push_subscriptions_staff_index (staff_id)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table push_subscriptions`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table push_subscriptions add constraint push_subscriptions_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table push_subscriptions drop foreign key push_subscriptions_company_id_foreign`,
    },
    {
      up: `alter table push_subscriptions add constraint push_subscriptions_staff_id_foreign foreign key (staff_id) references staff (id) on delete cascade on update restrict`,
      down: `alter table push_subscriptions drop foreign key push_subscriptions_staff_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table push_subscriptions (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  staff_id {staff.id} not null,
  endpoint_hash varchar(64) not null,
  endpoint text not null,
  p256dh varchar(200) not null,
  auth varchar(100) not null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint push_subscriptions_endpoint_hash_check check (length(endpoint_hash) <= 64),
  constraint push_subscriptions_p256dh_check check (length(p256dh) <= 200),
  constraint push_subscriptions_auth_check check (length(auth) <= 100),
  constraint push_subscriptions_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint push_subscriptions_staff_id_foreign foreign key (staff_id) references staff (id) on delete cascade on update restrict
)`,
      down: `drop table push_subscriptions`,
    },
    {
      up: `create unique index push_subscriptions_endpoint_unique on push_subscriptions (company_id, endpoint_hash)`,
      down: `drop index push_subscriptions_endpoint_unique`,
    },
    {
      up: `create index push_subscriptions_staff_index on push_subscriptions (staff_id)`,
      down: `drop index push_subscriptions_staff_index`,
    },
  ],
  foreignKeys: [],
};

export const pushSubscriptions: Migration = {
  id: "0065_push_subscriptions",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
