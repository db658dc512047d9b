import { quoted } from "./journal.ts";
import { PlanRefused } from "./plan.ts";
import type { Target } from "./target.ts";
import { inTrialSchema } from "./trial-schema.ts";
import type { Finding } from "./verify.ts";

/** Tried one after another in a schema made for it: grants are written in too many ways to be read. */
const trials: readonly { readonly privilege: string; readonly sql: (schema: string) => string }[] = [
  {
    privilege: "CREATE",
    sql: (schema) => `create table ${schema}.parents (id integer primary key, n integer) engine=InnoDB`,
  },
  {
    privilege: "CREATE",
    sql: (schema) => `create table ${schema}.children (id integer primary key, parent_id integer) engine=InnoDB`,
  },
  { privilege: "INDEX", sql: (schema) => `create index children_parent on ${schema}.children (parent_id)` },
  {
    privilege: "REFERENCES and ALTER",
    sql: (schema) =>
      `alter table ${schema}.children add constraint children_parent_foreign foreign key (parent_id) references ${schema}.parents (id)`,
  },
  { privilege: "INSERT", sql: (schema) => `insert into ${schema}.parents values (1, 1)` },
  { privilege: "SELECT", sql: (schema) => `select count(*) as n from ${schema}.parents` },
  { privilege: "UPDATE", sql: (schema) => `update ${schema}.parents set n = 2` },
  { privilege: "DELETE", sql: (schema) => `delete from ${schema}.parents` },
  { privilege: "ALTER", sql: (schema) => `alter table ${schema}.children drop foreign key children_parent_foreign` },
  { privilege: "DROP and ALTER", sql: (schema) => `rename table ${schema}.children to ${schema}.others` },
  { privilege: "DROP", sql: (schema) => `drop table ${schema}.others` },
  {
    privilege: "CREATE VIEW",
    sql: (schema) => `create view ${schema}.parents_view as select id from ${schema}.parents`,
  },
  {
    privilege: "TRIGGER",
    sql: (schema) =>
      `create trigger ${schema}.parents_before before insert on ${schema}.parents for each row set new.n = 1`,
  },
  { privilege: "EVENT", sql: (schema) => `show events from ${schema}` },
  { privilege: "LOCK TABLES", sql: (schema) => `lock tables ${schema}.parents write` },
  { privilege: "LOCK TABLES", sql: () => "unlock tables" },
];

/** @returns what this user may not do and a deployment does; nothing of the trial stays */
export async function checkPrivileges(target: Target): Promise<Finding> {
  const what = "this user's rights";
  const missing = new Set<string>();
  let isMade = false;
  try {
    await inTrialSchema(target, "check", async (name) => {
      isMade = true;
      for (const { privilege, sql } of trials) {
        await target.query(sql(quoted(name))).catch((error: Error) => missing.add(`${privilege}: ${error.message}`));
      }
    });
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof PlanRefused) return { what, wrong: [message] };
    if (!isMade) return { what, wrong: [`CREATE is missing on all of ${target.database}_%.*: ${message}`] };
    missing.add(`DROP: ${message}`);
  }
  return { what, wrong: [...missing].map((line) => `A right is missing, ${line}`), notes: await lockingRight(target) };
}

/** Without it a backup's row hashes are of about the moment of the dump, not of the very moment. */
async function lockingRight(target: Target): Promise<string[]> {
  try {
    await target.query("flush tables with read lock");
    return [];
  } catch (error) {
    const { errno, message } = error as { errno?: number; message: string };
    return errno === 1205 ? [] : [`RELOAD is missing, so a backup's row hashes will be approximate: ${message}`];
  } finally {
    await target.query("unlock tables");
  }
}
