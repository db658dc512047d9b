import { sha256 } from "../ids.ts";
import type { Engine } from "./engine.ts";
import type { Steps } from "./table.ts";

/**
 * A migration is data: single statements, each with its undo, frozen per engine when it ships. `{companies.id}` in a
 * statement stands for the type that this very database gives that column (see deploy/plan).
 */
export interface Migration {
  readonly id: string;
  readonly release: string;
  readonly steps: Readonly<Record<Engine, Steps>>;
}

/** In order; a database is at one of them or at none. */
export const releases = ["phase-1-baseline", "phase-2-multi-tenant", "phase-4-services", "phase-5-platform"] as const;
export type Release = (typeof releases)[number];

/** What is recorded with an applied migration, so that a later edit of it is seen. Line endings do not count. */
export function checksum(migration: Migration, engine: Engine): string {
  return sha256(JSON.stringify(migration.steps[engine]).replaceAll("\\r\\n", "\\n"));
}
