import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Refusal } from "../errors.ts";
import type { Gate } from "../gate.ts";
import { sha256 } from "../ids.ts";
import { equalInConstantTime } from "../secrets.ts";
import { wantsPage } from "./web.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Called when its handler has answered; null for a request that nobody waits for. */
    answered: (() => void) | null;
  }
}

const tokenHeader = "frontdesk-maintenance-token";
/** What load balancers ask. */
const alwaysOpen = new Set(["/livez", "/readyz"]);

/** While the gate is closed a request is refused before anything else; what was let in counts until it is over. */
export function refuseWhileClosed(app: FastifyInstance, gate: Gate): void {
  app.decorateRequest("answered", null);
  app.addHook("onRequest", (request, reply, done) => {
    const { url = "", config } = request.routeOptions;
    if (alwaysOpen.has(url) || (config?.isWeb && (url !== "/" || wantsPage(request)))) return done();
    const closure = gate.closure();
    if (closure === null) {
      count(request, reply, gate.begin());
      return done();
    }
    if (isToken(request.headers[tokenHeader], closure.allowTokenHash)) return done();
    reply.header("retry-after", closure.retryAfterSeconds);
    done(new Refusal(closure.code, closure.message));
  });
  app.addHook("onSend", (request, _reply, payload, done) => {
    request.answered?.();
    done(null, payload);
  });
}

/** A caller may be gone while its request is still being worked on: that is over when both have happened. */
function count(request: FastifyRequest, reply: FastifyReply, end: () => void): void {
  let [answered, closed] = [false, false];
  request.answered = () => {
    answered = true;
    if (closed) end();
  };
  const onClosed = () => {
    closed = true;
    if (answered) end();
  };
  reply.raw.once("finish", onClosed);
  reply.raw.once("close", onClosed);
}

function isToken(sent: string | string[] | undefined, hash: string | null): boolean {
  return typeof sent === "string" && hash !== null && equalInConstantTime(sha256(sent), hash);
}
