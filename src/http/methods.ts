import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Refusal } from "../errors.ts";

/** Answers what no route matches: 405 with Allow where another method would do, else 404. */
export function refuseUnknownRoutes(app: FastifyInstance): void {
  const known: { segments: string[]; methods: string[] }[] = [];
  app.addHook("onRoute", ({ url, method }) => {
    known.push({ segments: url.split("/"), methods: [method].flat() });
  });
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split("?", 1)[0] ?? "";
    const allowed = new Set(known.filter(({ segments }) => fits(segments, path)).flatMap(({ methods }) => methods));
    if (allowed.size === 0) {
      throw new Refusal("routeNotFound", "There is no such path. GET /api/v1/openapi.json lists those there are.");
    }
    const allow = [...allowed].join(", ");
    reply.header("allow", allow);
    throw new Refusal("methodNotAllowed", `${request.method} is not for this path; it takes ${allow}.`);
  });
}

function fits(pattern: readonly string[], path: string): boolean {
  const segments = path.split("/");
  if (pattern.at(-1) === "*") return pattern.slice(0, -1).every((part, index) => part === segments[index]);
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => (part.startsWith(":") ? segments[index] !== "" : part === segments[index]))
  );
}
