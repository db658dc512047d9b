import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table callback_transitions (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  callback_request_id bigint unsigned not null,
  action enum('create', 'assign', 'autoAssign', 'reassign', 'acknowledge', 'contact', 'attempt', 'complete', 'cancel', 'expire', 'escalate', 'giveUp', 'orphan', 'change') character set ascii collate ascii_bin not null,
  from_status enum('pending', 'assigned', 'contacted', 'completed', 'expired', 'cancelled') character set ascii collate ascii_bin null,
  to_status enum('pending', 'assigned', 'contacted', 'completed', 'expired', 'cancelled') character set ascii collate ascii_bin not null,
  assigned_to varchar(36) character set ascii collate ascii_bin null,
  actor_type enum('user', 'staff', 'customer', 'system', 'api_key') character set ascii collate ascii_bin not null,
  actor_id varchar(36) character set ascii collate ascii_bin null,
  details json null,
  occurred_at datetime(3) not null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  key callback_transitions_callback_index (company_id, callback_request_id, occurred_at)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table callback_transitions`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table callback_transitions add constraint callback_transitions_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table callback_transitions drop foreign key callback_transitions_company_id_foreign`,
    },
    {
      up: `alter table callback_transitions add constraint callback_transitions_callback_request_id_foreign foreign key (company_id, callback_request_id) references callback_requests (company_id, id) on delete cascade on update restrict`,
      down: `alter table callback_transitions drop foreign key callback_transitions_callback_request_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table callback_transitions (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  callback_request_id INTEGER not null,
  action TEXT not null,
  from_status TEXT null,
  to_status TEXT not null,
  assigned_to varchar(36) null,
  actor_type TEXT not null,
  actor_id varchar(36) null,
  details JSON null,
  occurred_at DATETIME(3) not null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint callback_transitions_action_check check (action in ('create', 'assign', 'autoAssign', 'reassign', 'acknowledge', 'contact', 'attempt', 'complete', 'cancel', 'expire', 'escalate', 'giveUp', 'orphan', 'change')),
  constraint callback_transitions_from_status_check check (from_status in ('pending', 'assigned', 'contacted', 'completed', 'expired', 'cancelled')),
  constraint callback_transitions_to_status_check check (to_status in ('pending', 'assigned', 'contacted', 'completed', 'expired', 'cancelled')),
  constraint callback_transitions_assigned_to_check check (length(assigned_to) <= 36),
  constraint callback_transitions_actor_type_check check (actor_type in ('user', 'staff', 'customer', 'system', 'api_key')),
  constraint callback_transitions_actor_id_check check (length(actor_id) <= 36),
  constraint callback_transitions_details_check check (json_valid(details)),
  constraint callback_transitions_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint callback_transitions_callback_request_id_foreign foreign key (company_id, callback_request_id) references callback_requests (company_id, id) on delete cascade on update restrict
)`,
      down: `drop table callback_transitions`,
    },
    {
      up: `create index callback_transitions_callback_index on callback_transitions (company_id, callback_request_id, occurred_at)`,
      down: `drop index callback_transitions_callback_index`,
    },
  ],
  foreignKeys: [],
};

export const callbackTransitions: Migration = {
  id: "0056_callback_transitions",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
