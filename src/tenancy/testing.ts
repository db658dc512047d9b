import type { FastifyInstance, InjectOptions } from "fastify";
import { z } from "zod";
import { acrossCompanies } from "../db/across-companies.ts";
import type { Db } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { route } from "../http/route.ts";
import { type Caller, type Permission, permissions, type Tenant } from "../tenant.ts";
import { issueApiKey } from "./api-keys.ts";

/** For tests: a company with nothing in it but a key, and the header that sends the key. */
export async function aCompanyWithKey(db: Db, scopes: readonly Permission[] = permissions) {
  const companyId = await transaction(db, async (tx) => {
    const company = { name: "Salon Lindner", timezone: "Europe/Berlin" };
    const { insertId } = await acrossCompanies(tx).insertInto("companies").values(company).executeTakeFirstOrThrow();
    return Number(insertId);
  });
  const { id, key } = await issueApiKey(db, { companyId }, { name: "test", scopes, expiresAt: null });
  return { companyId, keyId: id, key, headers: { authorization: `Bearer ${key}` } };
}

/** What a test's route does with the name it was sent, in its one transaction. */
export type Work = (db: Db, caller: Caller, name: string) => Promise<{ id: number; name: string }>;

/** Adds a service: something whose rows a test can count. */
export const addService: Work = (db, caller, name) =>
  transaction(db, async (tx) => {
    const { insertId } = await tx.of(caller).insertInto("services").values({ name }).executeTakeFirstOrThrow();
    return { id: Number(insertId), name };
  });

export async function countServices(db: Db, tenant: Tenant): Promise<number> {
  return (await db.of(tenant).selectFrom("services").select("id").execute()).length;
}

/** POST /things with a name; a name that begins with "no" is denied after the work was done. */
export function thingsRoute(work: Work) {
  return route({
    method: "POST",
    path: "/things",
    tag: "things",
    permission: "settings:write",
    summary: "Make a thing",
    body: z.strictObject({ name: z.string().min(1).max(100), size: z.int().min(0).max(9).optional() }),
    reply: z.object({ id: z.int().min(1).max(1e9), name: z.string() }).meta({ id: "Thing" }),
    status: 201,
    etag: ({ id }) => String(id),
    denial: ({ name }) => (name.startsWith("no") ? { code: "quota", title: "No", detail: "No.", name } : null),
    handle: ({ db, caller, body }) => work(db, caller, body.name),
  });
}

export async function postThing(app: FastifyInstance, headers: Record<string, string>, payload: unknown) {
  const options = { method: "POST", url: "/api/v1/things", headers, payload } as InjectOptions;
  const response = await app.inject(options);
  return { status: response.statusCode, headers: response.headers, text: response.body, body: response.json() };
}
