import Fastify from "fastify";
import { createPool, type RowDataPacket } from "mysql2";
import { sha256 } from "../src/ids.ts";

/**
 * The least that could answer: a Fastify route that sends the appointment's query, prepared, and its row as JSON. With
 * `authenticated` it sends the key's query first, as whoever wants to know who asks must.
 */
const [databaseUrl = "", companyId = "", how = ""] = process.argv.slice(2);
const pool = createPool({ uri: databaseUrl, connectionLimit: 10, charset: "utf8mb4", dateStrings: true });
const keyQuery = `select k.id, k.company_id, k.scopes, k.expires_at, k.last_used_at from api_keys k
  inner join companies c on c.id = k.company_id
  where k.key_hash = ? and k.revoked_at is null and c.is_active = 1 and c.deleted_at is null`;
const appointmentQuery = `select id, branch_id as branchId, service_id as serviceId, staff_id as staffId,
  customer_id as customerId, starts_at as startsAt, ends_at as endsAt, status, series_id as seriesId,
  price_cents as priceCents, version, created_at as createdAt, updated_at as updatedAt
  from appointments where id = ? and deleted_at is null and company_id = ?`;

const app = Fastify();
app.get<{ Params: { id: string } }>("/api/v1/appointments/:id", async (request, reply) => {
  let company = Number(companyId);
  if (how === "authenticated") {
    const [key] = await rows(keyQuery, [sha256((request.headers.authorization ?? "").slice("Bearer ".length))]);
    company = key?.company_id as number;
  }
  const [row] = await rows(appointmentQuery, [Number(request.params.id), company]);
  return row ?? reply.code(404).send();
});

function rows(sql: string, values: (string | number)[]): Promise<RowDataPacket[]> {
  return new Promise((resolve, reject) => {
    pool.execute<RowDataPacket[]>(sql, values, (error, found) => (error ? reject(error) : resolve(found)));
  });
}

await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
