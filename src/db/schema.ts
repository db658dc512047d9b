import type { Row } from "./columns.ts";
import { auditTables } from "./schema/audit.ts";
import { callbackTables } from "./schema/callbacks.ts";
import { coreTables } from "./schema/core.ts";
import { hostTables } from "./schema/host.ts";
import { notificationTables } from "./schema/notifications.ts";
import { signInTables } from "./schema/people.ts";
import { readingTables } from "./schema/readings.ts";
import { reservationTables } from "./schema/reservations.ts";
import { supportingTables } from "./schema/supporting.ts";
import { webhookTables } from "./schema/webhooks.ts";
import type { Table } from "./table.ts";

export * from "./schema/audit.ts";
export * from "./schema/callbacks.ts";
export * from "./schema/core.ts";
export * from "./schema/host.ts";
export * from "./schema/notifications.ts";
export * from "./schema/people.ts";
export * from "./schema/readings.ts";
export * from "./schema/reservations.ts";
export * from "./schema/supporting.ts";
export * from "./schema/webhooks.ts";

/** Every table, parents before children: the one definition that row types, enums and the expected schema come from. */
export const allTables = [
  ...hostTables,
  ...coreTables,
  ...supportingTables,
  ...callbackTables,
  ...notificationTables,
  ...webhookTables,
  ...auditTables,
  ...reservationTables,
  ...readingTables,
  ...signInTables,
] as const;

type AnyTable = (typeof allTables)[number];

/** Kysely's view of the database. */
export type Schema = {
  [T in AnyTable as T["name"]]: Row<T["columns"]>;
};

export function tableNamed(name: string): Table | undefined {
  return (allTables as readonly Table[]).find((table) => table.name === name);
}
