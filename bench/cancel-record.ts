import mysql from "mysql2";
import { buildApp } from "../src/app.ts";
import { connect } from "../src/db/connect.ts";
import { sha256 } from "../src/ids.ts";
import type { Booking, Shop } from "./cancel-data.ts";

/** Where a replay puts its own value in place of the recorded one. */
export type Hole = { readonly hole: "appointmentId" | "customerId" | "customerText" | "keyHash" | "eventId" };
export type Value = string | number | null | Hole;

export interface Statement {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** What a real cancellation sends to the database, statement by statement, and what it answers. */
export interface Recording {
  readonly statements: readonly Statement[];
  readonly reply: string;
}

type Send = (this: unknown, sql: string, ...rest: unknown[]) => unknown;
type Sending = Record<"query" | "execute", Send>;

const idempotencyKey = "recorded";

/** Listens to the driver while the second of two cancellations runs: connections are then open and set up. */
export async function recordCancel(
  url: string,
  shop: Shop,
  bookings: readonly [Booking, Booking],
  idempotent: boolean,
): Promise<Recording> {
  const db = await connect(url);
  const app = await buildApp({ db, validateReplies: false });
  const cancel = ({ appointmentId }: Booking, key: string) =>
    app.inject({
      method: "POST",
      url: `/api/v1/appointments/${appointmentId}/cancellation`,
      headers: { authorization: `Bearer ${shop.key}`, ...(idempotent && { "idempotency-key": key }) },
      payload: {},
    });
  const [first, second] = bookings;
  try {
    await cancel(first, "first");
    const statements: Statement[] = [];
    let insertedId = 0;
    const restore = listen(
      (sql, values) => {
        const isPending = sql.startsWith("insert into `pending_events`");
        const known = { ...second, eventId: isPending ? insertedId : null };
        statements.push({ sql, values: values.map((value) => hole(value, known)) });
      },
      (id) => {
        insertedId = id;
      },
    );
    const reply = await cancel(second, idempotencyKey).finally(restore);
    if (reply.statusCode !== 200) throw new Error(`The recorded cancellation was answered ${reply.body}`);
    return { statements, reply: reply.body };
  } finally {
    await app.close();
    await db.close();
  }
}

/** @param known with an event's id only for the statement that makes it pending: a small number means much elsewhere */
function hole(
  value: string | number | null,
  { appointmentId, customerId, eventId }: Booking & { readonly eventId: number | null },
): Value {
  if (value !== null && value === eventId) return { hole: "eventId" };
  if (value === appointmentId || value === String(appointmentId)) return { hole: "appointmentId" };
  if (value === customerId) return { hole: "customerId" };
  if (value === String(customerId)) return { hole: "customerText" };
  return value === sha256(idempotencyKey) ? { hole: "keyHash" } : value;
}

/** Both of the driver's ways to send a statement stand on the class below its connections. */
function listen(
  heard: (sql: string, values: (string | number | null)[]) => void,
  inserted: (id: number) => void,
): () => void {
  const sending = Object.getPrototypeOf(
    (mysql as unknown as { Connection: { prototype: object } }).Connection.prototype,
  );
  const { query, execute } = sending as Sending;
  const wrap = (send: Send): Send =>
    function (sql, ...rest) {
      const [values] = rest;
      heard(sql, Array.isArray(values) ? values : []);
      const done = rest.pop() as (error: unknown, result: { insertId?: number } | undefined) => void;
      const listening: typeof done = (error, result) => {
        if (result?.insertId) inserted(result.insertId);
        done(error, result);
      };
      return send.call(this, sql, ...rest, listening);
    };
  Object.assign(sending, { query: wrap(query), execute: wrap(execute) });
  return () => void Object.assign(sending, { query, execute });
}
