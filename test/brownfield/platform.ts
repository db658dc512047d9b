import type { Target } from "../../src/deploy/target.ts";

/**
 * The database of a platform that was there before us: its own collation, more columns than ours, wall-clock times of
 * Berlin, prices with decimals, tables, triggers, views and routines of its own, and no column for a version.
 */
export interface Platform {
  /** Appointments; customers are a tenth of them. */
  readonly appointments: number;
}

const collation = { mysql: "utf8mb4_0900_ai_ci", mariadb: "utf8mb4_unicode_ci" } as const;

export const berlinBranch = "11111111-1111-4111-8111-111111111111";
export const anna = "22222222-2222-4222-8222-222222222222";
const otherBranch = "33333333-3333-4333-8333-333333333333";
const otherStaff = "44444444-4444-4444-8444-444444444444";

/** Columns that a grown platform has and we know nothing of. */
const more = (count: number) =>
  Array.from({ length: count }, (_, index) => `extra_${index + 1} varchar(50) null default 'x${index + 1}'`).join(", ");

const stamps =
  "created_at timestamp null default current_timestamp, updated_at timestamp null, deleted_at timestamp null";

const tables = [
  `create table companies (id bigint unsigned not null auto_increment primary key, name varchar(255) not null, is_active tinyint(1) not null default 1, slug varchar(100) null unique, settings json null, ${more(20)}, ${stamps})`,
  `create table branches (id char(36) not null primary key, company_id bigint unsigned not null, name varchar(255) not null, timezone varchar(50) null, business_hours json null, is_active tinyint(1) null default 1, city varchar(100) null, ${more(20)}, ${stamps}, foreign key branches_company (company_id) references companies (id) on delete cascade)`,
  `create table services (id bigint unsigned not null auto_increment primary key, company_id bigint unsigned not null, branch_id char(36) null, name varchar(255) not null, price decimal(10,2) null, duration_minutes int not null default 30, category varchar(50) null, ${more(20)}, ${stamps}, foreign key services_company (company_id) references companies (id) on delete cascade)`,
  `create table staff (id char(36) not null primary key, company_id bigint unsigned not null, branch_id char(36) not null, name varchar(255) not null, email varchar(255) null, phone varchar(50) null, is_active tinyint(1) not null default 1, ${more(20)}, ${stamps}, foreign key staff_company (company_id) references companies (id) on delete cascade, foreign key staff_branch (branch_id) references branches (id) on delete cascade)`,
  `create table service_staff (id bigint unsigned not null auto_increment primary key, service_id bigint unsigned not null, staff_id char(36) not null, unique key pair (service_id, staff_id), foreign key (service_id) references services (id) on delete cascade, foreign key (staff_id) references staff (id) on delete cascade)`,
  `create table branch_service (id bigint unsigned not null auto_increment primary key, branch_id char(36) not null, service_id bigint unsigned not null, unique key pair (branch_id, service_id), foreign key (branch_id) references branches (id) on delete cascade, foreign key (service_id) references services (id) on delete cascade)`,
  `create table customers (id bigint unsigned not null auto_increment primary key, company_id bigint unsigned not null, name varchar(255) not null, email varchar(255) null, phone varchar(50) null, notes text null, birthday date null, ${more(20)}, ${stamps}, key customers_company (company_id), foreign key (company_id) references companies (id) on delete cascade)`,
  `create table users (id bigint unsigned not null auto_increment primary key, company_id bigint unsigned null, name varchar(255) not null, email varchar(255) not null, password varchar(255) not null, remember_token varchar(100) null, ${more(20)}, ${stamps}, unique key users_email (email), foreign key (company_id) references companies (id) on delete cascade)`,
  `create table appointments (id bigint unsigned not null auto_increment primary key, company_id bigint unsigned not null, branch_id char(36) not null, customer_id bigint unsigned not null, service_id bigint unsigned not null, staff_id char(36) null, starts_at datetime not null, ends_at datetime not null, status varchar(30) not null default 'booked', booked_via enum('phone', 'web') null, ${more(20)}, created_at datetime null, updated_at datetime null, deleted_at datetime null, key appointments_company (company_id, starts_at), foreign key (company_id) references companies (id) on delete cascade, foreign key (branch_id) references branches (id) on delete cascade, foreign key (customer_id) references customers (id) on delete cascade, foreign key (service_id) references services (id) on delete cascade, foreign key (staff_id) references staff (id) on delete set null)`,
  `create table invoices (id bigint unsigned not null auto_increment primary key, customer_id bigint unsigned not null, appointment_id bigint unsigned null, total decimal(10,2) not null, pdf blob null, foreign key (customer_id) references customers (id) on delete cascade, foreign key (appointment_id) references appointments (id) on delete set null)`,
  "create table activity (id bigint unsigned not null auto_increment primary key, appointment_id bigint unsigned not null, what varchar(100) not null, at timestamp not null default current_timestamp)",
];

/** No column more than what must be there. */
const leastTables = [
  "create table companies (id bigint unsigned not null auto_increment primary key, name varchar(255) not null)",
  "create table branches (id char(36) not null primary key, company_id bigint unsigned not null, name varchar(255) not null)",
  "create table services (id bigint unsigned not null auto_increment primary key, company_id bigint unsigned not null, name varchar(255) not null)",
  "create table staff (id char(36) not null primary key, company_id bigint unsigned not null, branch_id char(36) not null, name varchar(255) not null)",
  "create table service_staff (id bigint unsigned not null auto_increment primary key, service_id bigint unsigned not null, staff_id char(36) not null)",
  "create table branch_service (id bigint unsigned not null auto_increment primary key, branch_id char(36) not null, service_id bigint unsigned not null)",
  "create table customers (id bigint unsigned not null auto_increment primary key, company_id bigint unsigned not null, name varchar(255) not null)",
  "create table users (id bigint unsigned not null auto_increment primary key, company_id bigint unsigned null, name varchar(255) not null, email varchar(255) not null)",
  "create table appointments (id bigint unsigned not null auto_increment primary key, company_id bigint unsigned not null, branch_id char(36) not null, customer_id bigint unsigned not null, service_id bigint unsigned not null, staff_id char(36) null, starts_at timestamp not null default current_timestamp, ends_at timestamp not null default current_timestamp, status varchar(30) not null)",
];

const leastRows = [
  "insert into companies (id, name) values (1, 'Salon Lindner')",
  `insert into branches (id, company_id, name) values ('${berlinBranch}', 1, 'Berlin Mitte')`,
  "insert into services (id, company_id, name) values (1, 1, 'Colouring')",
  `insert into staff (id, company_id, branch_id, name) values ('${anna}', 1, '${berlinBranch}', 'Anna Weber')`,
  `insert into service_staff (service_id, staff_id) values (1, '${anna}')`,
  `insert into branch_service (branch_id, service_id) values ('${berlinBranch}', 1)`,
  "insert into customers (id, company_id, name) values (1, 1, 'Petra O''Neil')",
  "insert into users (id, company_id, name, email) values (1, 1, 'Mona Lindner', 'mona@example.org')",
];

/** The least platform there is. */
export async function makeLeastPlatform(target: Target): Promise<void> {
  for (const table of leastTables) await target.query(`${table} engine=InnoDB default charset=utf8mb4`);
  for (const statement of leastRows) await target.query(statement);
}

const programs = [
  "create trigger appointments_activity after update on appointments for each row insert into activity (appointment_id, what) values (new.id, concat(old.status, ' to ', new.status))",
  "create view coming as select a.id, a.starts_at, c.name as customer from appointments a join customers c on c.id = a.customer_id where a.status = 'booked'",
  "create procedure close_company(in company bigint unsigned) update companies set is_active = 0 where id = company",
  "create function gross(net decimal(10,2)) returns decimal(10,2) deterministic return net * 1.19",
];

const rows = [
  "insert into companies (id, name, slug) values (1, 'Salon Lindner', 'lindner'), (2, 'Praxis Nord', 'nord')",
  `insert into branches (id, company_id, name, timezone, city) values ('${berlinBranch}', 1, 'Berlin Mitte', null, 'Berlin'), ('${otherBranch}', 2, 'Hamburg', 'Europe/Berlin', 'Hamburg')`,
  "insert into services (id, company_id, name, price) values (1, 1, 'Colouring', 80.50), (2, 2, 'Check-up', null)",
  `insert into staff (id, company_id, branch_id, name) values ('${anna}', 1, '${berlinBranch}', 'Anna Weber'), ('${otherStaff}', 2, '${otherBranch}', 'Dr. Behn')`,
  `insert into service_staff (service_id, staff_id) values (1, '${anna}'), (2, '${otherStaff}')`,
  `insert into branch_service (branch_id, service_id) values ('${berlinBranch}', 1), ('${otherBranch}', 2)`,
  "insert into users (company_id, name, email, password) values (1, 'Mona Lindner', 'mona@example.org', '$2y$10$secret'), (null, 'Root', 'root@example.org', '$2y$10$secret')",
];

/** Fills an empty database. @returns the statements are sent one by one; nothing is left open */
export async function makePlatform(target: Target, { appointments }: Platform): Promise<void> {
  const engine = target.engine as keyof typeof collation;
  await target.query(`alter database \`${target.database}\` character set utf8mb4 collate ${collation[engine]}`);
  for (const table of tables)
    await target.query(`${table} engine=InnoDB default charset=utf8mb4 collate=${collation[engine]}`);
  for (const statement of rows) await target.query(statement);
  await fill(target, appointments);
  for (const program of programs) await target.query(program);
}

/** Rows by doubling: on every server, and quickly. */
async function fill(target: Target, appointments: number): Promise<void> {
  await target.query("create table numbers (n int not null primary key)");
  await target.query("insert into numbers values (1)");
  for (let count = 1; count < appointments; count *= 2) {
    await target.query(`insert into numbers select n + ${count} from numbers where n + ${count} <= ${appointments}`);
  }
  const company = "1 + (n > 1 and n % 7 = 0)";
  await target.query(`insert into customers (id, company_id, name, email, phone, notes)
    select n, ${company}, concat('Kunde Ö', n, ' 🙂'), concat('k', n, '@example.org'), concat('+4930', 1000000 + n), repeat('n', n % 50)
    from numbers where n <= ${Math.max(10, Math.ceil(appointments / 10))}`);
  await target.query(`insert into appointments (company_id, branch_id, customer_id, service_id, staff_id, starts_at, ends_at, status, booked_via, created_at, updated_at)
    select c.company_id, if(c.company_id = 1, '${berlinBranch}', '${otherBranch}'), c.id, c.company_id,
      if(c.company_id = 1, '${anna}', '${otherStaff}'), timestampadd(minute, n * 5, '2024-01-01 08:00:00'),
      timestampadd(minute, n * 5 + 30, '2024-01-01 08:00:00'), if(n % 9 = 0, 'cancelled', 'completed'), if(n % 2, 'web', null),
      '2023-12-01 12:00:00', if(n % 3, null, '2023-12-02 12:00:00')
    from numbers join customers c on c.id = 1 + n % (select count(*) from customers)`);
  await target.query(
    "insert into invoices (customer_id, appointment_id, total, pdf) select customer_id, id, 80.50, x'00ff25' from appointments where id % 5 = 0",
  );
  await target.query("drop table numbers");
}

/** An appointment to come, at a time of the clock on Berlin's walls. */
export async function book(target: Target, startsAt: string, bookedAt: string): Promise<number> {
  await target.query(
    `insert into appointments (company_id, branch_id, customer_id, service_id, staff_id, starts_at, ends_at, status, created_at)
     values (1, ?, 1, 1, ?, ?, timestampadd(minute, 30, ?), 'booked', ?)`,
    [berlinBranch, anna, startsAt, startsAt, bookedAt],
  );
  const [row] = await target.query<{ id: number }>("select last_insert_id() as id");
  return Number(row?.id);
}
