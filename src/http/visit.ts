import type { FastifyReply, FastifyRequest } from "fastify";
import { Refusal } from "../errors.ts";
import { sessionCookie, type Visit } from "../sign-in.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Null until something asks for it. */
    visit: Visit | null;
  }
}

/**
 * What signing in needs of a request, the same each time it is asked for.
 * @throws Refusal forbidden for a change that another site's page asked a browser for
 */
export function visitOf(request: FastifyRequest): Visit {
  if (request.visit !== null) return request.visit;
  assertSameOrigin(request);
  const { cookie, "user-agent": agent } = request.headers;
  const headers = new Headers({ "x-forwarded-for": request.ip });
  if (cookie !== undefined) headers.set("cookie", cookie);
  if (agent !== undefined) headers.set("user-agent", agent);
  const company = request.headers["frontdesk-company"];
  request.visit = {
    headers,
    address: request.ip,
    company: typeof company === "string" ? company : null,
    cookies: [],
  };
  return request.visit;
}

/** Whether a session came with it; whether it is a valid one, nobody has looked. */
export function hasSession({ headers: { cookie } }: FastifyRequest): boolean {
  return cookie?.includes(`${sessionCookie}=`) ?? false;
}

export function giveCookies({ visit }: FastifyRequest, reply: FastifyReply): void {
  if (visit !== null && visit.cookies.length > 0) reply.header("set-cookie", visit.cookies.splice(0));
}

/** Browsers send a session along whoever asks, save what SameSite holds back; and they say who asks. */
function assertSameOrigin({ method, headers, host }: FastifyRequest): void {
  if (method === "GET" || method === "HEAD") return;
  const site = headers["sec-fetch-site"];
  if (site === "same-origin") return;
  const { origin } = headers;
  if (site === undefined && origin !== undefined && URL.canParse(origin) && new URL(origin).host === host) return;
  throw new Refusal(
    "forbidden",
    "A session changes things only from pages of this very address. Send Origin as a browser would, or use an API key.",
  );
}
