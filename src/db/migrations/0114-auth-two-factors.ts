import type { Migration } from "../migration.ts";

const servers = {
  tables: [
    {
      up: `create table auth_two_factors (
  id bigint unsigned not null auto_increment,
  auth_user_id {auth_users.id} not null,
  secret text not null,
  backup_codes text not null,
  verified tinyint(1) not null default 1,
  failed_verification_count int not null default 0,
  locked_until datetime(3) null,
  primary key (id),
  key auth_two_factors_user_index (auth_user_id),
  constraint auth_two_factors_failed_verification_count_check check (failed_verification_count between 0 and 1000000)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`,
      down: `drop table auth_two_factors`,
    },
  ],
  foreignKeys: [
    {
      up: `alter table auth_two_factors add constraint auth_two_factors_auth_user_id_foreign foreign key (auth_user_id) references auth_users (id) on delete cascade on update restrict`,
      down: `alter table auth_two_factors drop foreign key auth_two_factors_auth_user_id_foreign`,
    },
  ],
};

const sqlite = {
  tables: [
    {
      up: `create table auth_two_factors (
  id INTEGER primary key autoincrement,
  auth_user_id {auth_users.id} not null,
  secret text not null,
  backup_codes text not null,
  verified BOOLEAN not null default 1,
  failed_verification_count INTEGER not null default 0,
  locked_until DATETIME(3) null,
  constraint auth_two_factors_verified_check check (verified in (0, 1)),
  constraint auth_two_factors_failed_verification_count_check check (failed_verification_count between 0 and 1000000),
  constraint auth_two_factors_auth_user_id_foreign foreign key (auth_user_id) references auth_users (id) on delete cascade on update restrict
)`,
      down: `drop table auth_two_factors`,
    },
    {
      up: `create index auth_two_factors_user_index on auth_two_factors (auth_user_id)`,
      down: `drop index auth_two_factors_user_index`,
    },
  ],
  foreignKeys: [],
};

export const authTwoFactors: Migration = {
  id: "0114_auth_two_factors",
  release: "phase-5-platform",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
