import { quoted } from "../journal.ts";
import type { Target } from "../target.ts";
import type { Finding } from "../verify.ts";
import { type IncomingKey, incomingKeys } from "./incoming-keys.ts";

/** Refers to a table of ours from one that this user may not see. */
export type UnseenKey = Pick<IncomingKey, "schema" | "table" | "name" | "parent">;

/** What is said where nobody could look. */
export const uncheckedKeys =
  "whether tables that this user cannot see refer to these was not checked: PROCESS is missing";

/**
 * The storage engine lists all foreign keys, whoever may see their tables, to those who have PROCESS.
 * @returns null without that right: then nobody knows
 */
export async function unseenKeys(target: Target, seen: readonly IncomingKey[]): Promise<UnseenKey[] | null> {
  try {
    const all = await target.query<Record<keyof UnseenKey, string>>(allKeys(target), [target.database]);
    const known = new Set(seen.map(({ schema, name }) => JSON.stringify([schema, name])));
    return all.filter(({ schema, name }) => !known.has(JSON.stringify([schema, name])));
  } catch (error) {
    if ((error as { errno?: number }).errno === missingPrivilege) return null;
    throw error;
  }
}

const missingPrivilege = 1227;

/** Why a restore cannot be made as long as this user does not see a key, and what would mend it. */
export function whyUnseen({ schema, table, name, parent }: UnseenKey): string {
  // On the schema: for rights on the table alone MariaDB tells nothing of the key's rules.
  const right = `GRANT SELECT, INSERT, CREATE, ALTER ON ${quoted(schema.replaceAll(/[_%\\]/g, "\\$&"))}.*`;
  return `The foreign key ${name} of ${schema}.${table} refers to ${parent}, and this user cannot see that table, so the key could not be pointed to what is restored. ${right} to this user, or drop the key, then try again.`;
}

/** For `deploy check`: a deployment leaves these keys alone, but the worst day is no day to learn of them. */
export async function checkUnseenKeys(target: Target): Promise<Finding> {
  const what = "foreign keys of other schemas, for information: a restore points them to what it restored";
  const unseen = await unseenKeys(target, await incomingKeys(target));
  if (unseen === null) return { what, wrong: [], notes: [`Not checked: ${uncheckedKeys}.`] };
  return { what, wrong: [], notes: unseen.map(whyUnseen) };
}

/** MariaDB gives the names of schemas and tables as their files are called. */
function allKeys({ engine }: Target): string {
  const part = (text: string, at: 1 | -1) =>
    engine === "mysql"
      ? `substring_index(${text}, '/', ${at})`
      : `convert(cast(cast(substring_index(${text}, '/', ${at}) as binary) as char character set filename) using utf8mb4)`;
  const view = engine === "mysql" ? "innodb_foreign" : "innodb_sys_foreign";
  return `select * from (
      select ${part("for_name", 1)} as \`schema\`, ${part("for_name", -1)} as \`table\`,
      substring(id, locate('/', id) + 1) as name, ${part("ref_name", 1)} as parent_schema, ${part("ref_name", -1)} as parent
      from information_schema.${view}) as k
    where binary parent_schema = binary ? and binary \`schema\` <> binary parent_schema order by 1, 2, 3`;
}
