import type { Logger } from "pino";
import { type Instant, latest, plusMilliseconds } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { type HostShape, lacksColumn } from "../db/host-shape.ts";
import { transaction } from "../db/transaction.ts";
import { Refusal } from "../errors.ts";
import { differs } from "./host-change.ts";
import {
  claimReadingsAcrossCompanies,
  type DueReading,
  type HostRow,
  insertReading,
  markFirstPass,
  markReadAcrossCompanies,
  rowsSinceAcrossCompanies,
  rowsToCome,
  unreadCompaniesAcrossCompanies,
} from "./reading-store.ts";
import { sightAppointment } from "./sight.ts";
import { sightingsAcrossCompanies } from "./sighting-store.ts";

interface Context {
  readonly db: Db;
  readonly log: Pick<Logger, "error">;
  readonly signal: AbortSignal;
}

interface Reader extends Context {
  /** Companies of which something could not be looked at: it is looked at again. */
  readonly failed: Set<number>;
}

const companiesAtOnce = 50;
const rowsAtOnce = 500;
const pauseMilliseconds = 5000;

/**
 * A chore: reads what platforms booked and changed by themselves since the last look, and tells what is news. How far it
 * came is kept once all of it was looked at, and what was told is kept with each appointment: a process that dies loses
 * nothing and doubles nothing. Any number of processes may read at once. @returns how much was told
 */
export async function readHostChangesAcrossCompanies({ db, log, signal }: Context): Promise<number> {
  const reader: Reader = { db, log, signal, failed: new Set() };
  const now = await currentTime(db);
  for (const tenant of await unreadCompaniesAcrossCompanies(db, companiesAtOnce)) {
    await transaction(db, (tx) => insertReading(tx, tenant, now));
  }
  const due = await claimReadingsAcrossCompanies(db, now, { limit: companiesAtOnce, pauseMilliseconds });
  if (due.length === 0) return 0;
  let told = 0;
  for (const reading of due) told += await firstPass(reader, reading, now);
  told += await readChanges(reader, due, now);
  if (signal.aborted) return told;
  const read = due.filter(({ companyId }) => !reader.failed.has(companyId));
  if (read.length > 0) {
    await markReadAcrossCompanies(
      db,
      read.map(({ id }) => id),
      now,
    );
  }
  return told;
}

/** Appointments that were booked before we began to read, some at each look. */
async function firstPass(reader: Reader, reading: DueReading, now: Instant): Promise<number> {
  if (reading.firstPassAfterId === null) return 0;
  const rows = await rowsToCome(reader.db, reading, now, reading.firstPassAfterId, rowsAtOnce);
  const told = await sightNews(reader, [reading], rows);
  if (reader.signal.aborted || reader.failed.has(reading.companyId)) return told;
  const afterId = rows.length < rowsAtOnce ? null : (rows.at(-1)?.id ?? null);
  await transaction(reader.db, (tx) => markFirstPass(tx, reading, reading.id, afterId, now));
  return told;
}

async function readChanges(reader: Reader, due: readonly DueReading[], now: Instant): Promise<number> {
  const { db, signal } = reader;
  const companyIds = due.map(({ companyId }) => companyId);
  const earliest = due
    .map(({ readUntil }) => readUntil)
    .reduce((one, other) => (latest(one, other) === one ? other : one));
  const since = plusMilliseconds(earliest, -overlapMilliseconds(db.host, now));
  const columns = (["updated_at", "created_at"] as const).filter(
    (column) => !lacksColumn(db.host, "appointments", column),
  );
  let told = 0;
  for (const by of columns) {
    for (let after: HostRow | null = null; !signal.aborted; ) {
      const rows: HostRow[] = await rowsSinceAcrossCompanies(db, companyIds, by, since, after, rowsAtOnce);
      told += await sightNews(reader, due, rows);
      if (rows.length < rowsAtOnce) break;
      after = rows.at(-1) ?? null;
    }
  }
  return told;
}

/** Of the rows those that differ from what was seen. One that fails is looked at again, and holds up no other. */
async function sightNews(
  { db, log, signal, failed }: Reader,
  readings: readonly DueReading[],
  rows: readonly Omit<HostRow, "at">[],
): Promise<number> {
  const readingOf = new Map(readings.map(({ companyId, id }) => [companyId, id]));
  const sightings = await sightingsAcrossCompanies(
    db,
    rows.map(({ id }) => id),
  );
  let told = 0;
  for (const row of rows) {
    const seen = sightings.get(row.id);
    if (seen !== undefined && seen.readingId === readingOf.get(row.companyId) && !differs(seen, row)) continue;
    if (signal.aborted) return told;
    try {
      const { event } = await sightAppointment(db, { companyId: row.companyId }, row.id);
      if (event !== null) told++;
    } catch (error) {
      // Deleted meanwhile.
      if (error instanceof Refusal && error.code === "notFound") continue;
      failed.add(row.companyId);
      log.error({ err: error, appointmentId: row.id }, "A platform's change cannot be read; it is tried again");
    }
  }
  return told;
}

/** How long a platform's transaction may last, and how far its clock may be behind the database's. */
const usualOverlapMilliseconds = 120_000;
const afterClocksWentBackMilliseconds = 3 * 3_600_000;

/**
 * How far before the last look the next one begins. Where the platform writes what a clock on the wall shows, the hour
 * that is repeated in autumn is read as the first of the two: what is written in the second seems to lie an hour back.
 */
export function overlapMilliseconds(host: HostShape | null, now: Instant): number {
  const column = host?.tables.get("appointments")?.get("updated_at");
  if (column?.kind !== "instant" || column.zone === null) return usualOverlapMilliseconds;
  const { zone } = column;
  const offset = (at: Instant) => at.toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
  const wentBack = offset(plusMilliseconds(now, -afterClocksWentBackMilliseconds)) - offset(now);
  return usualOverlapMilliseconds + Math.max(0, wentBack);
}
