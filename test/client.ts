import type { FastifyInstance } from "fastify";
import { buildApp } from "../src/app.ts";
import { issueApiKey } from "../src/tenancy/api-keys.ts";
import { type Permission, permissions } from "../src/tenant.ts";
import type { TestDb } from "./databases.ts";

export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of a body is said where it is expected
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** The API with a key of the company, as an integrator meets it. */
export interface Client {
  send(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: object,
    headers?: object,
  ): Promise<Reply>;
  readonly app: FastifyInstance;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function aClient(
  db: TestDb,
  { companyId }: { companyId: number },
  scopes: readonly Permission[] = permissions,
): Promise<Client> {
  const { key } = await issueApiKey(db, { companyId }, { name: "test", scopes, expiresAt: null });
  const app = await buildApp({ db });
  return {
    app,
    async send(method, path, payload, headers = {}) {
      const reply = await app.inject({
        method,
        url: `/api/v1${path}`,
        headers: { authorization: `Bearer ${key}`, ...headers },
        ...(payload === undefined ? {} : { payload }),
      });
      const isJson = /json/.test(String(reply.headers["content-type"]));
      const body = isJson ? reply.json() : reply.body || null;
      return { status: reply.statusCode, body, headers: reply.headers };
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
}
