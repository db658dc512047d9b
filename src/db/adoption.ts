import type { Connection } from "mysql2/promise";
import { type FoundColumn, type HostShape, hostShapeOf } from "./host-shape.ts";
import { hostTables } from "./schema.ts";

/** That the platform's tables were there before us, beside the deployment's journal: one row, or none. */
export const adoptionTables = {
  frontdesk_adoption: `id integer primary key, release_name varchar(100) not null, host_time_zone varchar(64) not null,
    adopted_at varchar(24) not null`,
} as const;

/** How the platform's tables are to be read; null where they are our own. */
export async function readHostShape(connection: Connection, database: string): Promise<HostShape | null> {
  const zone = await readHostTimeZone(connection, database);
  if (zone === null) return null;
  const names = hostTables.map(({ name }) => name);
  const [rows] = await connection.query(
    `select table_name as tab, column_name as col, column_type as type, is_nullable as nullable,
     datetime_precision as digits from information_schema.columns where table_schema = ? and table_name in (?)`,
    [database, names],
  );
  return hostShapeOf((rows as Record<string, string | null>[]).map(foundColumn), zone === "UTC" ? null : zone);
}

async function readHostTimeZone(connection: Connection, database: string): Promise<string | null> {
  try {
    const [rows] = await connection.query(
      `select host_time_zone as zone from \`${database.replaceAll("`", "``")}_frontdesk\`.frontdesk_adoption where id = 1`,
    );
    return (rows as { zone: string }[])[0]?.zone ?? null;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** No such table, schema, or right to look into it: who adopted something gave the right to. */
function isAbsent(error: unknown): boolean {
  return [1146, 1049, 1044, 1142].includes((error as { errno?: number }).errno ?? 0);
}

function foundColumn({ tab, col, type, nullable, digits }: Record<string, string | null>): FoundColumn {
  return {
    table: tab ?? "",
    column: col ?? "",
    type: type ?? "",
    nullable: nullable === "YES",
    precision: digits === null || digits === undefined ? null : Number(digits),
  };
}
