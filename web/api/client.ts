import createClient, { type Middleware } from "openapi-fetch";
import { sessionExpired, sessionHeaders } from "../app/session.ts";
import type { components, paths } from "./schema.ts";

export type Schemas = components["schemas"];
type ProblemBody = Schemas["Problem"];

/** What the API refused, in its own words; status 0 when no answer came at all. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: Partial<ProblemBody>;
  /** When to ask again, in seconds; null where nothing was said. */
  readonly retryAfterSeconds: number | null;
  constructor(status: number, body: Partial<ProblemBody>, retryAfterSeconds: number | null = null) {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
    this.status = status;
    this.code = body.code ?? (status === 0 ? "unreachable" : "unknown");
    this.body = body;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export const authorized: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(sessionHeaders())) request.headers.set(name, value);
    if (request.method === "POST" && !request.headers.has("idempotency-key")) {
      request.headers.set("idempotency-key", freshKey());
    }
    return request;
  },
  async onResponse({ response }) {
    if (response.status === 401 && (await codeOf(response)) !== "signInFailed") sessionExpired();
  },
  onError: () => new Problem(0, {}),
};

async function codeOf(response: Response): Promise<string | undefined> {
  try {
    return ((await response.clone().json()) as Partial<ProblemBody>).code;
  } catch {
    return undefined;
  }
}

export const api = createClient<paths>({ baseUrl: window.location.origin });
api.use(authorized);

interface Reply<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** The data of a reply. @throws Problem */
export async function dataOf<T>(reply: Promise<Reply<T>>): Promise<NonNullable<T>> {
  return (await checked(reply)).data as NonNullable<T>;
}

/** What can be changed, and the version that a change names in If-Match. */
export interface Versioned<T> {
  readonly data: T;
  readonly etag: string;
}

/** @throws Problem */
export async function versionOf<T>(reply: Promise<Reply<T>>): Promise<Versioned<NonNullable<T>>> {
  const { data, response } = await checked(reply);
  return { data: data as NonNullable<T>, etag: response.headers.get("etag") ?? "*" };
}

async function checked<T>(reply: Promise<Reply<T>>): Promise<Reply<T>> {
  const { error, response } = await reply;
  if (response.ok) return reply;
  const body = typeof error === "object" && error !== null ? (error as Partial<ProblemBody>) : {};
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  throw new Problem(response.status, body, Number.isFinite(seconds) ? seconds : null);
}

/** An Idempotency-Key. Not randomUUID: browsers have that on https and localhost only. */
export function freshKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
