import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table operator_alerts (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  kind enum('provider_ill', 'dead_letters', 'unknown_outcomes', 'event_not_planned', 'webhook_disabled') character set ascii collate ascii_bin not null,
  subject varchar(100) character set ascii collate ascii_bin not null,
  detail varchar(500) not null,
  raised_at datetime(3) not null,
  told_at datetime(3) null,
  resolved_at datetime(3) null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key operator_alerts_alert_unique (company_id, kind, subject, raised_at),
  key operator_alerts_untold_index (told_at)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table operator_alerts`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table operator_alerts add constraint operator_alerts_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table operator_alerts drop foreign key operator_alerts_company_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table operator_alerts (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  kind TEXT not null,
  subject varchar(100) not null,
  detail varchar(500) not null,
  raised_at DATETIME(3) not null,
  told_at DATETIME(3) null,
  resolved_at DATETIME(3) null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint operator_alerts_kind_check check (kind in ('provider_ill', 'dead_letters', 'unknown_outcomes', 'event_not_planned', 'webhook_disabled')),
  constraint operator_alerts_subject_check check (length(subject) <= 100),
  constraint operator_alerts_detail_check check (length(detail) <= 500),
  constraint operator_alerts_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict
)`,
      down: `drop table operator_alerts`,
    },
    {
      up: `create unique index operator_alerts_alert_unique on operator_alerts (company_id, kind, subject, raised_at)`,
      down: `drop index operator_alerts_alert_unique`,
    },
    {
      up: `create index operator_alerts_untold_index on operator_alerts (told_at)`,
      down: `drop index operator_alerts_untold_index`,
    },
  ],
  foreignKeys: [],
};

export const operatorAlerts: Migration = {
  id: "0069_operator_alerts",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
