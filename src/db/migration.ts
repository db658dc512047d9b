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

/**
 * Why this program cannot work on a schema; null where it can. One release ahead is fine: what a later one adds is in
 * nobody's way.
 */
export function schemaMismatch(
  applied: readonly Pick<Migration, "id" | "release">[],
  shipped: readonly Pick<Migration, "id" | "release">[],
): string | null {
  const there = new Set(applied.map(({ id }) => id));
  const missing = shipped.filter(({ id }) => !there.has(id));
  const [first] = missing;
  if (first !== undefined) {
    const what = missing.length === 1 ? first.id : `${missing.length} migrations from ${first.id} on`;
    return `The database lacks ${what} (release ${first.release}). Run \`frontdesk deploy run\`, then start again.`;
  }
  const unknown = [...new Set(applied.map(({ release }) => release))].filter(
    (release) => !releases.includes(release as never),
  );
  if (unknown.length <= 1) return null;
  return `The database is ${unknown.length} releases ahead of this program (${unknown.join(", ")}). Start a newer version of it.`;
}

/** What is recorded with an applied migration, so that a later edit of it is seen. Line endings do not count. */
export function checksum(migration: Migration, engine: Engine): string {
  return sha256(JSON.stringify(migration.steps[engine]).replaceAll("\\r\\n", "\\n"));
}
