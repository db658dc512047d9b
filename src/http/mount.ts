import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from "fastify";
import type { Db } from "../db/connect.ts";
import { Refusal } from "../errors.ts";
import type { Installation } from "../installation.ts";
import { decrypt, encrypt } from "../secrets.ts";
import type { SignIn } from "../sign-in.ts";
import { type Caller, holds, type Permission } from "../tenant.ts";
import { idempotencyKeyIn, onceForKey, type Seal } from "./idempotency.ts";
import { problemOf } from "./problems.ts";
import { assertFitsSchema, problemResponse, type Response, responseTo, send } from "./reply.ts";
import { type Access, apiPrefix, type Context, type Route } from "./route.ts";
import type { Streams } from "./stream.ts";
import { type Input, inputParser } from "./validation.ts";
import { giveCookies, visitOf } from "./visit.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Null until it is known who is asking, and on routes open to everybody. */
    caller: Caller | null;
    /** By the monotonic clock. */
    receivedAt: number;
  }
  interface FastifyContextConfig {
    route?: Route;
  }
}

export interface Mounting {
  readonly db: Db;
  /** @throws Refusal unauthenticated */
  readonly authenticate: (request: FastifyRequest, reply: FastifyReply) => Promise<Caller>;
  /** Runs when the caller is known. */
  readonly limit: onRequestAsyncHookHandler;
  /** The same two for customers whom a signed link lets in. */
  readonly link: Pick<Mounting, "authenticate" | "limit">;
  /** Whether each reply is compared with its schema, as tests do. */
  readonly validateReplies: boolean;
  readonly streams: Streams;
  readonly installation: Installation;
  readonly signIn: SignIn;
}

/** Serves a route. Who is asking is settled before the body is read. */
export function mount(app: FastifyInstance, route: Route, mounting: Mounting): void {
  const parse = inputParser(route);
  app.route({
    method: route.method,
    url: `${apiPrefix}${route.path}`,
    config: { route },
    onRequest: guardsOf(route, mounting),
    async handler(request, reply) {
      const input = parse({ params: request.params, query: request.query, body: request.body });
      if (route.stream) return answerWithStream(route.stream, mounting, request, reply);
      if (route.file) {
        const parts = await route.handle(contextOf(request, mounting.db, input, mounting));
        return mounting.streams.send(reply, route.file, parts as AsyncIterable<string>);
      }
      const key = route.method === "POST" ? idempotencyKeyIn(request.headers["idempotency-key"]) : null;
      if (key !== null) return answerOnce(key, route, mounting, request, reply, input);
      const response = await answer(route, mounting, request, input);
      giveCookies(request, reply);
      return send(reply, response);
    },
  });
}

function guardsOf({ permission }: Route, mounting: Mounting): onRequestAsyncHookHandler[] {
  const { link, limit } = mounting;
  if (permission === null) return [limit];
  return permission === "customerLink" ? [admit(link), link.limit] : [admit(mounting), limit, allow(permission)];
}

function admit({ authenticate }: Pick<Mounting, "authenticate">): onRequestAsyncHookHandler {
  return async (request, reply) => {
    const caller = await authenticate(request, reply);
    giveCookies(request, reply);
    request.caller = { ...caller, origin: { source: "api", requestId: request.id } };
  };
}

/** From here on the caller reaches as far as this permission does. */
function allow(permission: Permission): onRequestAsyncHookHandler {
  return async (request) => {
    const { caller } = request;
    if (caller === null || !holds(caller, permission)) throw lacking(caller, permission);
    const reach = caller.reaches?.get(permission);
    if (reach !== undefined) request.caller = { ...caller, reach };
  };
}

function lacking(caller: Caller | null, permission: Permission): Refusal {
  const advice =
    caller?.actor.type === "user"
      ? `None of your roles holds the permission ${permission}. Ask an admin of the company.`
      : `This key lacks the permission ${permission}. Use one that has it.`;
  return new Refusal("forbidden", advice);
}

async function answer(route: Route, mounting: Mounting, request: FastifyRequest, input: Input): Promise<Response> {
  const db = mounting.validateReplies && route.method === "POST" ? watched(route, mounting, request.id) : mounting.db;
  const result = await route.handle(contextOf(request, db, input, mounting));
  return checked(route, mounting, responseTo(route, result, request.id));
}

/** Fails a transaction that an idempotency key could not keep: its result has to be what the caller is answered. */
function watched(route: Route, mounting: Mounting, requestId: string): Db {
  return {
    ...mounting.db,
    beforeCommit: async (_tx, result) => void checked(route, mounting, responseTo(route, result, requestId)),
  };
}

async function answerWithStream(
  stream: NonNullable<Route["stream"]>,
  { db, streams }: Mounting,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { caller, headers } = request;
  if (caller === null) throw new Error("A stream is of one company.");
  const sent = headers["last-event-id"];
  const lastEventId = typeof sent === "string" && sent !== "" ? sent : null;
  await streams.serve(request, reply, (signal) => stream({ db, caller, lastEventId, signal }));
  return reply;
}

async function answerOnce(
  key: string,
  route: Route,
  mounting: Mounting,
  request: FastifyRequest,
  reply: FastifyReply,
  input: Input,
): Promise<FastifyReply> {
  const { method, url, body, id, caller } = request;
  if (caller === null) throw new Error(`${route.path} is open to everybody and cannot honour an idempotency key.`);
  const { response, replayed } = await onceForKey(
    mounting.db,
    caller,
    { key, method, url, body },
    {
      run: (db) => route.handle(contextOf(request, db, input, mounting)),
      respond: (result) => checked(route, mounting, responseTo(route, result, id)),
      refuse: (refusal) => problemResponse(problemOf(refusal, id)),
      ...sealOf(route, mounting.installation, caller),
    },
  );
  if (replayed) reply.header("idempotency-replayed", "true");
  return send(reply, response);
}

/** With the installation's key, bound to the company. Where there is no key no route has a secret to tell. */
function sealOf(route: Route, { keyring }: Installation, { companyId }: Caller): { seal?: Seal } {
  if (!route.repliesSecret || keyring === null) return {};
  const owner = `idempotency ${companyId}`;
  const seal = {
    close: (text: string) => JSON.stringify(encrypt(keyring, owner, text)),
    open: (sealed: string) => decrypt(keyring, owner, JSON.parse(sealed)),
  };
  return { seal };
}

function checked(route: Route, { validateReplies }: Mounting, response: Response): Response {
  if (validateReplies) assertFitsSchema(route, response);
  return response;
}

function contextOf(
  request: FastifyRequest,
  db: Db,
  input: Input,
  { installation, signIn }: Mounting,
): Context<unknown, unknown, unknown, Access> {
  return {
    ...input,
    db,
    caller: request.caller,
    elapsedMilliseconds: () => performance.now() - request.receivedAt,
    ifMatch: request.headers["if-match"] ?? null,
    requestId: request.id,
    installation,
    signIn,
    visit: () => visitOf(request),
  } as Context<unknown, unknown, unknown, Access>;
}
