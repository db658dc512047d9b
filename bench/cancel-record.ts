import mysql from "mysql2";
import { buildApp } from "../src/app.ts";
import { connect } from "../src/db/connect.ts";
import { sha256 } from "../src/ids.ts";
import type { Booking, Shop } from "./cancel-data.ts";

/** Where a replay puts its own value in place of the recorded one. */
export type Hole = { readonly hole: "appointmentId" | "customerId" | "customerText" | "keyHash" };
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
    const restore = listen((sql, values) =>
      statements.push({ sql, values: values.map((value) => hole(value, second)) }),
    );
    const reply = await cancel(second, idempotencyKey).finally(restore);
    if (reply.statusCode !== 200) throw new Error(`The recorded cancellation was answered ${reply.body}`);
    return { statements, reply: reply.body };
  } finally {
    await app.close();
    await db.close();
  }
}

function hole(value: string | number | null, { appointmentId, customerId }: Booking): Value {
  if (value === appointmentId || value === String(appointmentId)) return { hole: "appointmentId" };
  if (value === customerId) return { hole: "customerId" };
  if (value === String(customerId)) return { hole: "customerText" };
  return value === sha256(idempotencyKey) ? { hole: "keyHash" } : value;
}

/** Both of the driver's ways to send a statement stand on the class below its connections. */
function listen(heard: (sql: string, values: (string | number | null)[]) => void): () => void {
  const sending = Object.getPrototypeOf(
    (mysql as unknown as { Connection: { prototype: object } }).Connection.prototype,
  );
  const { query, execute } = sending as Sending;
  const wrap = (send: Send): Send =>
    function (sql, ...rest) {
      const [values] = rest;
      heard(sql, Array.isArray(values) ? values : []);
      return send.call(this, sql, ...rest);
    };
  Object.assign(sending, { query: wrap(query), execute: wrap(execute) });
  return () => void Object.assign(sending, { query, execute });
}
