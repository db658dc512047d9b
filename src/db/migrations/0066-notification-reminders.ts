import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table notification_reminders (
  id bigint unsigned not null auto_increment,
  company_id {companies.id} not null,
  appointment_id {appointments.id} not null,
  event_type varchar(100) character set ascii collate ascii_bin not null,
  event_id bigint not null,
  starts_at datetime(3) not null,
  state enum('planned', 'done', 'withdrawn') character set ascii collate ascii_bin not null default 'planned',
  next_at datetime(3) null,
  created_at datetime(3) not null,
  updated_at datetime(3) not null,
  primary key (id),
  unique key notification_reminders_appointment_unique (company_id, appointment_id, event_type),
  key notification_reminders_due_index (next_at),
  key notification_reminders_appointment_index (appointment_id)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table notification_reminders`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table notification_reminders add constraint notification_reminders_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict`,
      down: `alter table notification_reminders drop foreign key notification_reminders_company_id_foreign`,
    },
    {
      up: `alter table notification_reminders add constraint notification_reminders_appointment_id_foreign foreign key (appointment_id) references appointments (id) on delete cascade on update restrict`,
      down: `alter table notification_reminders drop foreign key notification_reminders_appointment_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table notification_reminders (
  id INTEGER primary key autoincrement,
  company_id {companies.id} not null,
  appointment_id {appointments.id} not null,
  event_type varchar(100) not null,
  event_id INTEGER not null,
  starts_at DATETIME(3) not null,
  state TEXT not null default 'planned',
  next_at DATETIME(3) null,
  created_at DATETIME(3) not null,
  updated_at DATETIME(3) not null,
  constraint notification_reminders_event_type_check check (length(event_type) <= 100),
  constraint notification_reminders_state_check check (state in ('planned', 'done', 'withdrawn')),
  constraint notification_reminders_company_id_foreign foreign key (company_id) references companies (id) on delete cascade on update restrict,
  constraint notification_reminders_appointment_id_foreign foreign key (appointment_id) references appointments (id) on delete cascade on update restrict
)`,
      down: `drop table notification_reminders`,
    },
    {
      up: `create unique index notification_reminders_appointment_unique on notification_reminders (company_id, appointment_id, event_type)`,
      down: `drop index notification_reminders_appointment_unique`,
    },
    {
      up: `create index notification_reminders_due_index on notification_reminders (next_at)`,
      down: `drop index notification_reminders_due_index`,
    },
    {
      up: `create index notification_reminders_appointment_index on notification_reminders (appointment_id)`,
      down: `drop index notification_reminders_appointment_index`,
    },
  ],
  foreignKeys: [],
};

export const notificationReminders: Migration = {
  id: "0066_notification_reminders",
  release: "phase-4-services",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
