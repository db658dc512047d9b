import { isDeepStrictEqual } from "node:util";
import type { FastifyReply } from "fastify";
import { denialProblem, type Problem, problemType } from "./problems.ts";
import type { Route } from "./route.ts";

/** A reply as it goes over the wire, and as it is kept with an idempotency key. */
export interface Response {
  readonly status: number;
  readonly etag: string | null;
  /** JSON; null for none. */
  readonly body: string | null;
}

/** A handler's result as its route says it is answered. */
export function responseTo(route: Route, result: unknown, requestId: string): Response {
  const denial = route.denial?.(result) ?? null;
  if (denial !== null) return problemResponse(denialProblem(denial, requestId));
  const status = typeof route.status === "function" ? route.status(result) : (route.status ?? 200);
  return {
    status,
    etag: route.etag?.(result) ?? null,
    body: status === 204 ? null : JSON.stringify(route.view ? route.view(result) : result),
  };
}

export function problemResponse(problem: Problem): Response {
  return { status: problem.status, etag: null, body: JSON.stringify(problem) };
}

/**
 * Replies are not validated while serving; tests do it, and more strictly than Zod: a key that the schema does not
 * name would reach the caller, so it is an error here.
 */
export function assertFitsSchema(route: Route, response: Response): void {
  if (response.status >= 400 || response.body === null) return;
  const wire: unknown = JSON.parse(response.body);
  const { data, error } = route.reply.safeParse(wire);
  if (error || !isDeepStrictEqual(data, wire)) {
    throw new Error(`The reply of ${route.method} ${route.path} is not what its schema says: ${response.body}`, {
      cause: error,
    });
  }
}

export function send(reply: FastifyReply, { status, etag, body }: Response): FastifyReply {
  reply.code(status);
  if (etag !== null) reply.header("etag", `"${etag}"`);
  if (body === null) return reply.send();
  return reply.header("content-type", status < 400 ? "application/json; charset=utf-8" : problemType).send(body);
}
