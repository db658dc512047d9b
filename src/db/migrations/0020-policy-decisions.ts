import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table policy_decisions (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  appointment_id {appointments.id} null,
  customer_id {customers.id} null,
  action enum('cancel', 'reschedule') character set ascii collate ascii_bin not null,
  allowed tinyint(1) not null,
  code varchar(40) character set ascii collate ascii_bin not null,
  fee_cents int not null default 0,
  currency varchar(3) character set ascii collate ascii_bin not null,
  initiated_by enum('customer', 'business') character set ascii collate ascii_bin not null,
  actor_type enum('user', 'staff', 'customer', 'system', 'api_key') character set ascii collate ascii_bin not null,
  actor_id varchar(36) character set ascii collate ascii_bin null,
  receipt json not null,
  decided_at datetime(3) not null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  key policy_decisions_decided_index (company_id, decided_at, allowed),
  key policy_decisions_company_appointment_index (company_id, appointment_id, decided_at),
  key policy_decisions_code_index (company_id, code, decided_at),
  key policy_decisions_appointment_index (appointment_id),
  key policy_decisions_customer_index (customer_id),
  constraint policy_decisions_fee_cents_check check (fee_cents between 0 and 2000000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table policy_decisions`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table policy_decisions add constraint policy_decisions_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table policy_decisions drop foreign key policy_decisions_company_id_foreign`,
    },
    {
      up: `alter table policy_decisions add constraint policy_decisions_appointment_id_foreign foreign key (appointment_id) references appointments (id) on delete set null on update restrict`,
      down: `alter table policy_decisions drop foreign key policy_decisions_appointment_id_foreign`,
    },
    {
      up: `alter table policy_decisions add constraint policy_decisions_customer_id_foreign foreign key (customer_id) references customers (id) on delete set null on update restrict`,
      down: `alter table policy_decisions drop foreign key policy_decisions_customer_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table policy_decisions (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  appointment_id {appointments.id} null,
  customer_id {customers.id} null,
  action TEXT not null,
  allowed BOOLEAN not null,
  code varchar(40) not null,
  fee_cents INTEGER not null default 0,
  currency varchar(3) not null,
  initiated_by TEXT not null,
  actor_type TEXT not null,
  actor_id varchar(36) null,
  receipt JSON not null,
  decided_at DATETIME(3) not null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint policy_decisions_action_check check (action in ('cancel', 'reschedule')),
  constraint policy_decisions_allowed_check check (allowed in (0, 1)),
  constraint policy_decisions_code_check check (length(code) <= 40),
  constraint policy_decisions_fee_cents_check check (fee_cents between 0 and 2000000000),
  constraint policy_decisions_currency_check check (length(currency) <= 3),
  constraint policy_decisions_initiated_by_check check (initiated_by in ('customer', 'business')),
  constraint policy_decisions_actor_type_check check (actor_type in ('user', 'staff', 'customer', 'system', 'api_key')),
  constraint policy_decisions_actor_id_check check (length(actor_id) <= 36),
  constraint policy_decisions_receipt_check check (json_valid(receipt)),
  constraint policy_decisions_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint policy_decisions_appointment_id_foreign foreign key (appointment_id) references appointments (id) on delete set null on update restrict,
  constraint policy_decisions_customer_id_foreign foreign key (customer_id) references customers (id) on delete set null on update restrict
)`,
      down: `drop table policy_decisions`,
    },
    {
      up: `create index policy_decisions_decided_index on policy_decisions (company_id, decided_at, allowed)`,
      down: `drop index policy_decisions_decided_index`,
    },
    {
      up: `create index policy_decisions_company_appointment_index on policy_decisions (company_id, appointment_id, decided_at)`,
      down: `drop index policy_decisions_company_appointment_index`,
    },
    {
      up: `create index policy_decisions_code_index on policy_decisions (company_id, code, decided_at)`,
      down: `drop index policy_decisions_code_index`,
    },
    {
      up: `create index policy_decisions_appointment_index on policy_decisions (appointment_id)`,
      down: `drop index policy_decisions_appointment_index`,
    },
    {
      up: `create index policy_decisions_customer_index on policy_decisions (customer_id)`,
      down: `drop index policy_decisions_customer_index`,
    },
  ],
  foreignKeys: [],
};

export const policyDecisions: Migration = {
  id: "0020_policy_decisions",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
