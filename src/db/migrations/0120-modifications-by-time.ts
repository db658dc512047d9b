import type { Migration } from "../migration.ts";

const up = "create index appointment_modifications_created_index on appointment_modifications (company_id, created_at)";
const servers = {
  tables: [{ up, down: "drop index appointment_modifications_created_index on appointment_modifications" }],
  foreignKeys: [],
};
const sqlite = {
  tables: [{ up, down: "drop index appointment_modifications_created_index" }],
  foreignKeys: [],
};

/** Figures of a period read that period alone. */
export const modificationsByTime: Migration = {
  id: "0120_modifications_by_time",
  release: "phase-5-platform",
  steps: { mysql: servers, mariadb: servers, sqlite },
};
