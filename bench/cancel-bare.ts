import { readFileSync } from "node:fs";
import Fastify from "fastify";
import { createPool, type PoolConnection } from "mysql2";
import { sha256 } from "../src/ids.ts";
import type { Recording, Statement, Value } from "./cancel-record.ts";

/**
 * The least that could cancel: a route that only sends the recorded statements, prepared and in the same transactions,
 * and answers with the recorded reply. It looks at nothing that comes back but the customer's id and the event's.
 */
const [file = "", databaseUrl = ""] = process.argv.slice(2);
const { statements, reply: answer } = JSON.parse(readFileSync(file, "utf8")) as Recording;
const pool = createPool({ uri: databaseUrl, connectionLimit: 10, charset: "utf8mb4" });
pool.on("connection", (connection) => {
  connection.query("set time_zone = '+00:00', transaction_isolation = 'READ-COMMITTED'");
});

interface Holes {
  readonly appointmentId: number;
  readonly keyHash: string;
  customerId: number;
  /** Of the last insert: the pending event's statement follows the event's. */
  eventId: number;
}

const app = Fastify();
app.post<{ Params: { id: string } }>("/api/v1/appointments/:id/cancellation", async (request, reply) => {
  const holes = {
    appointmentId: Number(request.params.id),
    customerId: 0,
    eventId: 0,
    keyHash: sha256(String(request.headers["idempotency-key"])),
  };
  let held: PoolConnection | null = null;
  for (const statement of statements) {
    const connection: PoolConnection = held ?? (await take());
    const result = await send(connection, statement, holes).catch((error) => {
      connection.destroy();
      throw error;
    });
    if (Array.isArray(result)) holes.customerId = result[0]?.customerId ?? holes.customerId;
    else if (result.insertId) holes.eventId = result.insertId;
    if (statement.sql === "begin") held = connection;
    else if (held === null || statement.sql === "commit") {
      held = null;
      connection.release();
    }
  }
  return reply.header("content-type", "application/json; charset=utf-8").send(answer);
});

function take(): Promise<PoolConnection> {
  return new Promise((resolve, reject) => {
    pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)));
  });
}

type Result = { customerId?: number }[] | { insertId: number };

function send(connection: PoolConnection, { sql, values }: Statement, holes: Holes): Promise<Result> {
  return new Promise((resolve, reject) => {
    const done = (error: unknown, result: unknown) => (error ? reject(error) : resolve(result as Result));
    if (values.length === 0) connection.query(sql, done);
    else
      connection.execute(
        sql,
        values.map((value) => filled(value, holes)),
        done,
      );
  });
}

function filled(value: Value, holes: Holes): string | number | null {
  if (typeof value !== "object" || value === null) return value;
  return value.hole === "customerText" ? String(holes.customerId) : holes[value.hole];
}

await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
