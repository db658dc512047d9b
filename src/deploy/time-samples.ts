import { isoOf } from "../clock.ts";
import { readAs } from "../db/host-shape.ts";
import { decodeInstant } from "../db/values.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Target } from "./target.ts";

/** The newest appointments, their digits read as UTC and as a zone's: people know which of the two is true. */
export async function readBothWays(target: Target, catalogue: Catalogue, zone: string): Promise<string[]> {
  const type = catalogue.tables.appointments?.columns.starts_at?.type ?? "";
  if (!/^datetime/i.test(type)) return ["appointments.starts_at is a TIMESTAMP: its instants are plain"];
  const rows = await target.query<{ id: number; starts_at: string }>(
    "select id, starts_at from appointments order by id desc limit 3",
  );
  return rows.map(({ id, starts_at }) => {
    const asUtc = decodeInstant(starts_at);
    const local = readAs({ kind: "instant", zone, digits: 3, fallback: null }, asUtc) as typeof asUtc;
    return `appointment ${id} is at ${starts_at}: as UTC ${isoOf(asUtc)}, as ${zone} ${isoOf(local)}`;
  });
}
