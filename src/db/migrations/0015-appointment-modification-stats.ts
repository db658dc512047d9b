import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table appointment_modification_stats (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  customer_id {customers.id} not null,
  stat_type enum('cancel_30d', 'reschedule_30d', 'cancel_90d', 'reschedule_90d') character set ascii collate ascii_bin not null,
  period_start datetime(3) not null,
  period_end datetime(3) not null,
  count int not null,
  valid_until datetime(3) null,
  calculated_at datetime(3) not null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key appointment_modification_stats_current_unique (company_id, customer_id, stat_type),
  key appointment_modification_stats_customer_index (customer_id),
  constraint appointment_modification_stats_count_check check (count between 0 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table appointment_modification_stats`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table appointment_modification_stats add constraint appointment_modification_stats_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table appointment_modification_stats drop foreign key appointment_modification_stats_company_id_foreign`,
    },
    {
      up: `alter table appointment_modification_stats add constraint appointment_modification_stats_customer_id_foreign foreign key (customer_id) references customers (id) on delete cascade on update restrict`,
      down: `alter table appointment_modification_stats drop foreign key appointment_modification_stats_customer_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table appointment_modification_stats (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  customer_id {customers.id} not null,
  stat_type TEXT not null,
  period_start DATETIME(3) not null,
  period_end DATETIME(3) not null,
  count INTEGER not null,
  valid_until DATETIME(3) null,
  calculated_at DATETIME(3) not null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint appointment_modification_stats_stat_type_check check (stat_type in ('cancel_30d', 'reschedule_30d', 'cancel_90d', 'reschedule_90d')),
  constraint appointment_modification_stats_count_check check (count between 0 and 2000000000),
  constraint appointment_modification_stats_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint appointment_modification_stats_customer_id_foreign foreign key (customer_id) references customers (id) on delete cascade on update restrict
)`,
      down: `drop table appointment_modification_stats`,
    },
    {
      up: `create unique index appointment_modification_stats_current_unique on appointment_modification_stats (company_id, customer_id, stat_type)`,
      down: `drop index appointment_modification_stats_current_unique`,
    },
    {
      up: `create index appointment_modification_stats_customer_index on appointment_modification_stats (customer_id)`,
      down: `drop index appointment_modification_stats_customer_index`,
    },
  ],
  foreignKeys: [],
};

export const appointmentModificationStats: Migration = {
  id: "0015_appointment_modification_stats",
  release: "phase-2-multi-tenant",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
