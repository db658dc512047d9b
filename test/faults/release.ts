import type { Migration } from "../../src/db/migration.ts";

/** A small release on top of a host's two tables: three tables, two foreign keys, every kind of statement once. */
export const hostTables = [
  "create table companies (id integer primary key, name varchar(50) not null)",
  "create table customers (id integer primary key, company_id integer not null, name varchar(50) not null)",
  "insert into companies (id, name) values (1, 'Salon Lindner'), (2, 'Praxis am Ring')",
  "insert into customers (id, company_id, name) values (1, 1, 'Petra O''Neil'), (2, 2, 'Ö')",
];

const release = "phase-1-baseline";
const step = (up: string, down: string) => ({ up, down });

function migration(id: string, onServers: Parts, onSqlite: Parts = onServers): Migration {
  return { id, release, steps: { mariadb: onServers, mysql: onServers, sqlite: onSqlite } };
}
interface Parts {
  readonly tables: { up: string; down: string }[];
  readonly foreignKeys: { up: string; down: string }[];
}

const table = (name: string, more = "") =>
  step(
    `create table ${name} (id integer primary key, company_id {companies.id} not null, note varchar(50)${more})`,
    `drop table ${name}`,
  );
const key = (child: string, parent: string) =>
  step(
    `alter table ${child} add constraint ${child}_company_foreign foreign key (company_id) references ${parent} (id) on delete cascade`,
    `alter table ${child} drop foreign key ${child}_company_foreign`,
  );
const inline = ", foreign key (company_id) references companies (id) on delete cascade";

export const smallRelease: readonly Migration[] = [
  migration(
    "0001_reminders",
    { tables: [table("reminders")], foreignKeys: [key("reminders", "companies")] },
    { tables: [table("reminders", inline)], foreignKeys: [] },
  ),
  migration(
    "0002_notes",
    {
      tables: [table("notes"), step("create index notes_note on notes (note)", "drop index notes_note on notes")],
      foreignKeys: [key("notes", "companies")],
    },
    {
      tables: [table("notes", inline), step("create index notes_note on notes (note)", "drop index notes_note")],
      foreignKeys: [],
    },
  ),
  migration("0003_marks", { tables: [table("marks")], foreignKeys: [] }),
];
