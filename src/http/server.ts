import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import { Refusal } from "../errors.ts";
import { acceptJsonBodiesOnly, bodyLimitBytes } from "./body.ts";
import { refuseUnknownRoutes } from "./methods.ts";
import { problemType, sendProblem } from "./problems.ts";

export interface ServerOptions {
  readonly log?: FastifyBaseLogger | undefined;
  /** Whose X-Forwarded-For is believed: as Fastify's trustProxy. */
  readonly trustProxy?: boolean | string | undefined;
  /** How long a client may take to send a request; a third of it for the headers. */
  readonly requestTimeoutMilliseconds?: number | undefined;
}

/** A server without routes: limits, request ids, security headers, problems. */
export function createServer(options: ServerOptions): FastifyInstance {
  const { log, trustProxy = false, requestTimeoutMilliseconds = 30_000 } = options;
  const app: FastifyInstance = Fastify({
    ...(log ? { loggerInstance: log } : {}),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "requestId" }),
    trustProxy,
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMilliseconds,
    http: {
      headersTimeout: requestTimeoutMilliseconds / 3,
      connectionsCheckingInterval: requestTimeoutMilliseconds / 6,
    },
    // What still arrives on an open connection while closing is in flight like the rest: it is answered.
    return503OnClosing: false,
    genReqId: requestIdOf,
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply.headers(securityHeaders)),
    clientErrorHandler: refuseConnection,
  });
  app.decorateRequest("caller", null);
  app.decorateRequest("receivedAt", 0);
  app.decorateRequest("visit", null);
  app.addHook("onRequest", (request, reply, done) => {
    request.receivedAt = performance.now();
    reply.headers(securityHeaders).header("x-request-id", request.id);
    done(hasBadQuery(request.url) ? badQuery() : undefined);
  });
  app.setErrorHandler(sendProblem);
  acceptJsonBodiesOnly(app);
  refuseUnknownRoutes(app);
  app.addHook("preClose", () => letConnectionsGo(app));
  if (log) logRequests(app);
  return app;
}

/** Node keeps a connection open whose last request ended after the server began to close: 72 seconds more. */
async function letConnectionsGo({ server }: FastifyInstance): Promise<void> {
  if (!server.listening) return;
  const timer = setInterval(() => server.closeIdleConnections(), 50);
  server.once("close", () => clearInterval(timer));
}

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

/** Constants, since @fastify/helmet makes its dozen middlewares anew for each request: a twentieth of a route's cost. */
const securityHeaders = {
  "content-security-policy": contentSecurityPolicy.join(";"),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** The caller's own id where it is one that a log can bear. */
function requestIdOf(request: IncomingMessage): string {
  const id = request.headers["x-request-id"];
  return typeof id === "string" && /^[\w.:-]{1,64}$/.test(id) ? id : randomUUID();
}

function hasBadQuery(url: string): boolean {
  const start = url.indexOf("?");
  if (start === -1 || !url.includes("%", start)) return false;
  try {
    decodeURIComponent(url.slice(start));
    return false;
  } catch {
    return true;
  }
}

function badQuery(): Refusal {
  return new Refusal(
    "badRequest",
    "The query holds a % that two hexadecimal digits of UTF-8 do not follow. Encode it.",
  );
}

/** The route's pattern, not the URL: that may hold a name or a phone number. */
function logRequests(app: FastifyInstance): void {
  app.addHook("onResponse", (request, reply, done) => {
    request.log.info({
      method: request.method,
      route: request.routeOptions.url ?? null,
      status: reply.statusCode,
      milliseconds: Math.round(performance.now() - request.receivedAt),
      companyId: request.caller?.companyId,
    });
    done();
  });
}

const connectionErrors: Record<string, [status: string, code: string, detail: string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [
    "408 Request Timeout",
    "requestTimeout",
    "The request took too long to arrive. Send it again.",
  ],
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "headersTooLarge", "The headers are too large."],
};

/** For what is not even HTTP, or comes too slowly: there is no request yet that could be answered. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const [line, code, detail] = connectionErrors[error.code ?? ""] ?? [
    "400 Bad Request",
    "badRequest",
    "This is not a valid HTTP request.",
  ];
  const body = JSON.stringify({
    type: `urn:frontdesk:problem:${code}`,
    title: line.slice(4),
    status: Number.parseInt(line, 10),
    code,
    detail,
    requestId: randomUUID(),
    errors: [],
  });
  socket.end(
    `HTTP/1.1 ${line}\r\nContent-Type: ${problemType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
