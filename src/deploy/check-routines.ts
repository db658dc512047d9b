import type { Target } from "./target.ts";
import type { Finding } from "./verify.ts";

/** A dump fails on a routine that it may not read, or leaves its text out. */
export async function checkRoutines(target: Target): Promise<Finding> {
  return { what: "routines that can be dumped", wrong: await unreadableRoutines(target) };
}

/** Their text is shown to who defined them and to who has a right for it. @returns what to grant, as sentences */
export async function unreadableRoutines(target: Target): Promise<string[]> {
  const rows = await target.query<{ name: string }>(
    `select routine_name as name from information_schema.routines
     where routine_schema = ? and routine_definition is null and routine_body = 'SQL' order by routine_name`,
    [target.database],
  );
  const right = target.engine === "mysql" ? "SHOW_ROUTINE ON *.*" : "SELECT ON mysql.proc";
  return rows.map(({ name }) => `The routine ${name} cannot be read, so nor dumped or compared: GRANT ${right}.`);
}
