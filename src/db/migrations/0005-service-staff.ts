import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table service_staff (
  id bigint unsigned not null auto_increment,
  service_id {services.id} not null,
  staff_id {staff.id} not null,
  is_active tinyint(1) not null default 1,
  primary key (id),
  unique key service_staff_service_staff_unique (service_id, staff_id),
  key service_staff_staff_index (staff_id)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table service_staff`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table service_staff add constraint service_staff_service_id_foreign foreign key (service_id) references services (id) on delete cascade on update restrict`,
      down: `alter table service_staff drop foreign key service_staff_service_id_foreign`,
    },
    {
      up: `alter table service_staff add constraint service_staff_staff_id_foreign foreign key (staff_id) references staff (id) on delete cascade on update restrict`,
      down: `alter table service_staff drop foreign key service_staff_staff_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table service_staff (
  id INTEGER primary key autoincrement,
  service_id {services.id} not null,
  staff_id {staff.id} not null,
  is_active BOOLEAN not null default 1,
  constraint service_staff_is_active_check check (is_active in (0, 1)),
  constraint service_staff_service_id_foreign foreign key (service_id) references services (id) on delete cascade on update restrict,
  constraint service_staff_staff_id_foreign foreign key (staff_id) references staff (id) on delete cascade on update restrict
)`,
      down: `drop table service_staff`,
    },
    {
      up: `create unique index service_staff_service_staff_unique on service_staff (service_id, staff_id)`,
      down: `drop index service_staff_service_staff_unique`,
    },
    {
      up: `create index service_staff_staff_index on service_staff (staff_id)`,
      down: `drop index service_staff_staff_index`,
    },
  ],
  foreignKeys: [],
};

export const serviceStaff: Migration = {
  id: "0005_service_staff",
  release: "phase-1-baseline",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
