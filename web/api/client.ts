import createClient, { type Middleware } from "openapi-fetch";
import { currentKey, sessionExpired } from "../app/session.ts";
import type { components, paths } from "./schema.ts";

export type Schemas = components["schemas"];
type ProblemBody = Schemas["Problem"];

/** What the API refused, in its own words; status 0 when no answer came at all. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: Partial<ProblemBody>;
  constructor(status: number, body: Partial<ProblemBody>) {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
    this.status = status;
    this.code = body.code ?? (status === 0 ? "unreachable" : "unknown");
    this.body = body;
  }
}

export const authorized: Middleware = {
  onRequest({ request }) {
    const key = currentKey();
    if (key !== null) request.headers.set("authorization", `Bearer ${key}`);
    if (request.method === "POST") request.headers.set("idempotency-key", freshKey());
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401) sessionExpired();
  },
  onError: () => new Problem(0, {}),
};

export const api = createClient<paths>({ baseUrl: window.location.origin });
api.use(authorized);

/** The data of a reply. @throws Problem */
export async function dataOf<T>(
  reply: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<NonNullable<T>> {
  const { data, error, response } = await reply;
  if (response.ok) return data as NonNullable<T>;
  const body = typeof error === "object" && error !== null ? (error as Partial<ProblemBody>) : {};
  throw new Problem(response.status, body);
}

/** Not randomUUID: browsers have that on https and localhost only. */
function freshKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
