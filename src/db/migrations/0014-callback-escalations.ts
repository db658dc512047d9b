import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table callback_escalations (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  callback_request_id bigint unsigned not null,
  escalation_reason enum('sla_breach', 'manual_escalation', 'multiple_attempts_failed') character set ascii collate ascii_bin not null,
  level int not null default 1,
  escalated_from {staff.id} null,
  escalated_to {staff.id} null,
  escalated_at datetime(3) not null,
  resolved_at datetime(3) null,
  resolution_notes text null,
  metadata json null,
  dedupe_key varchar(64) character set ascii collate ascii_bin not null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key callback_escalations_dedupe_unique (company_id, callback_request_id, dedupe_key),
  key callback_escalations_open_index (company_id, escalated_to, resolved_at),
  key callback_escalations_reason_index (company_id, escalation_reason),
  key callback_escalations_escalated_index (company_id, escalated_at),
  key callback_escalations_escalated_from_index (escalated_from),
  key callback_escalations_escalated_to_index (escalated_to),
  constraint callback_escalations_level_check check (level between 1 and 1000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table callback_escalations`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table callback_escalations add constraint callback_escalations_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table callback_escalations drop foreign key callback_escalations_company_id_foreign`,
    },
    {
      up: `alter table callback_escalations add constraint callback_escalations_callback_request_id_foreign foreign key (company_id, callback_request_id) references callback_requests (company_id, id) on delete cascade on update restrict`,
      down: `alter table callback_escalations drop foreign key callback_escalations_callback_request_id_foreign`,
    },
    {
      up: `alter table callback_escalations add constraint callback_escalations_escalated_from_foreign foreign key (escalated_from) references staff (id) on delete set null on update restrict`,
      down: `alter table callback_escalations drop foreign key callback_escalations_escalated_from_foreign`,
    },
    {
      up: `alter table callback_escalations add constraint callback_escalations_escalated_to_foreign foreign key (escalated_to) references staff (id) on delete set null on update restrict`,
      down: `alter table callback_escalations drop foreign key callback_escalations_escalated_to_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table callback_escalations (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  callback_request_id INTEGER not null,
  escalation_reason TEXT not null,
  level INTEGER not null default 1,
  escalated_from {staff.id} null,
  escalated_to {staff.id} null,
  escalated_at DATETIME(3) not null,
  resolved_at DATETIME(3) null,
  resolution_notes text null,
  metadata JSON null,
  dedupe_key varchar(64) not null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint callback_escalations_escalation_reason_check check (escalation_reason in ('sla_breach', 'manual_escalation', 'multiple_attempts_failed')),
  constraint callback_escalations_level_check check (level between 1 and 1000),
  constraint callback_escalations_metadata_check check (json_valid(metadata)),
  constraint callback_escalations_dedupe_key_check check (length(dedupe_key) <= 64),
  constraint callback_escalations_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint callback_escalations_callback_request_id_foreign foreign key (company_id, callback_request_id) references callback_requests (company_id, id) on delete cascade on update restrict,
  constraint callback_escalations_escalated_from_foreign foreign key (escalated_from) references staff (id) on delete set null on update restrict,
  constraint callback_escalations_escalated_to_foreign foreign key (escalated_to) references staff (id) on delete set null on update restrict
)`,
      down: `drop table callback_escalations`,
    },
    {
      up: `create unique index callback_escalations_dedupe_unique on callback_escalations (company_id, callback_request_id, dedupe_key)`,
      down: `drop index callback_escalations_dedupe_unique`,
    },
    {
      up: `create index callback_escalations_open_index on callback_escalations (company_id, escalated_to, resolved_at)`,
      down: `drop index callback_escalations_open_index`,
    },
    {
      up: `create index callback_escalations_reason_index on callback_escalations (company_id, escalation_reason)`,
      down: `drop index callback_escalations_reason_index`,
    },
    {
      up: `create index callback_escalations_escalated_index on callback_escalations (company_id, escalated_at)`,
      down: `drop index callback_escalations_escalated_index`,
    },
    {
      up: `create index callback_escalations_escalated_from_index on callback_escalations (escalated_from)`,
      down: `drop index callback_escalations_escalated_from_index`,
    },
    {
      up: `create index callback_escalations_escalated_to_index on callback_escalations (escalated_to)`,
      down: `drop index callback_escalations_escalated_to_index`,
    },
  ],
  foreignKeys: [],
};

export const callbackEscalations: Migration = {
  id: "0014_callback_escalations",
  release: "phase-2-multi-tenant",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
