import type { z } from "zod";
import type { Db } from "../db/connect.ts";
import type { Installation } from "../installation.ts";
import type { SignIn, Visit } from "../sign-in.ts";
import type { Caller, CustomerByLink, Permission } from "../tenant.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Who may use a route: who holds the permission, a customer whom a signed link let in, or with null everybody. */
export type Access = Permission | "customerLink" | null;

/** What a route's `handle` gets. */
export interface Context<Params, Query, Body, Who extends Access = Permission> {
  /** With an idempotency key, the reply is saved in this handle's next transaction: see `Definition.handle`. */
  readonly db: Db;
  readonly caller: Who extends null ? null : Who extends "customerLink" ? CustomerByLink : Caller;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Monotonic time since the request came in. */
  elapsedMilliseconds(): number;
  /** The If-Match header as it was sent; see `assertMatch`. */
  readonly ifMatch: string | null;
  readonly requestId: string;
  readonly installation: Installation;
  readonly signIn: SignIn;
  /** The browser's request, for what is about its session: cookies set there go with the reply. */
  visit(): Visit;
}

/** A business "no" that the handler returned as a value: becomes a 409 problem that carries the other members along. */
export interface Denial {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly [member: string]: unknown;
}

/** One event of a stream; its id is what a client that comes back sends as Last-Event-ID. */
export type StreamItem = { readonly id: string; readonly event: string; readonly data: object } | "stillHere";

export interface StreamContext {
  readonly db: Db;
  readonly caller: Caller;
  /** Null for a client that is here for the first time. */
  readonly lastEventId: string | null;
  /** Aborted when the client has gone, or the server is to end. */
  readonly signal: AbortSignal;
}

type DeepReadonly<T> = T extends (infer E)[]
  ? readonly DeepReadonly<E>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

export interface Definition<
  Who extends Access,
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Reply extends z.ZodType,
> {
  readonly method: Method;
  /** Below /api/v1, with parameters that name the thing: `/appointments/:appointmentId/cancellation`. */
  readonly path: `/${string}`;
  /** The heading it stands under on the API page. */
  readonly tag: string;
  /** What the caller must be allowed; null is open to everybody, signed in or not. */
  readonly permission: Who;
  readonly summary: string;
  readonly description?: string;
  readonly params?: Params;
  /** Keys it does not name are refused. */
  readonly query?: Query;
  /** Make objects strict (`z.strictObject`), so that a misspelt key is refused and not ignored. */
  readonly body?: Body;
  /** What goes over the wire: no transforms, and no key that it does not name. */
  readonly reply: Reply;
  readonly status?: 200 | 201 | 204 | ((result: DeepReadonly<z.input<Reply>>) => 200 | 201);
  readonly denial?: (result: DeepReadonly<z.input<Reply>>) => Denial | null;
  /** The version of what is replied, without quotes. */
  readonly etag?: (result: DeepReadonly<z.input<Reply>>) => string;
  /** It refuses a lost update: its `handle` asserts `ifMatch`. */
  readonly honoursIfMatch?: true;
  /** The reply holds a secret that is shown once: what an idempotency key keeps of it is encrypted. */
  readonly repliesSecret?: boolean;
  /**
   * A POST's result is the result of its one transaction: that is what is saved with an idempotency key, inside that
   * very transaction. A POST that changes nothing may do without one.
   */
  readonly handle: (
    context: Context<z.output<Params>, z.output<Query>, z.output<Body>, Who>,
  ) => Promise<DeepReadonly<z.input<Reply>>>;
}

/** A route with its types forgotten: what the server mounts, the API page prints and the isolation test attacks. */
export interface Route {
  readonly method: Method;
  readonly path: `/${string}`;
  readonly tag: string;
  readonly permission: Access;
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly reply: z.ZodType;
  readonly status?: 200 | 201 | 204 | ((result: unknown) => 200 | 201);
  readonly denial?: (result: unknown) => Denial | null;
  readonly etag?: (result: unknown) => string;
  readonly honoursIfMatch?: true;
  readonly repliesSecret?: boolean;
  readonly view?: (result: unknown) => unknown;
  readonly handle: (context: Context<unknown, unknown, unknown, Access>) => Promise<unknown>;
  /** Answers with server-sent events in place of `handle`. */
  readonly stream?: (context: StreamContext) => AsyncIterable<StreamItem>;
  /** What `handle` answers are the parts of a file, sent while it is made; `reply` is all of it. */
  readonly file?: { readonly type: string; readonly name: string };
}

type Nothing = z.ZodObject<Record<never, never>>;

/** A route is data; its handler's context and result are typed by its schemas. */
export function route<
  const Who extends Access,
  Reply extends z.ZodType,
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodType = z.ZodUndefined,
>(definition: Definition<Who, Params, Query, Body, Reply>): Route {
  return definition as unknown as Route;
}

/** A route that replies with a part of its result, or with less: `view` says what goes over the wire. */
export function viewedRoute<
  Result,
  const Who extends Access,
  Reply extends z.ZodType,
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodType = z.ZodUndefined,
>(
  definition: Omit<Definition<Who, Params, Query, Body, Reply>, "handle" | "denial" | "etag" | "status"> & {
    readonly status?: 200 | 201;
    readonly denial?: (result: Result) => Denial | null;
    readonly view: (result: Result) => DeepReadonly<z.input<Reply>>;
    readonly handle: (context: Context<z.output<Params>, z.output<Query>, z.output<Body>, Who>) => Promise<Result>;
  },
): Route {
  return definition as unknown as Route;
}

/** A GET that stays open and tells what happens, as server-sent events; `reply` is the data of one. */
export function streamRoute(
  definition: Omit<Route, "method" | "handle" | "params" | "query" | "body" | "permission"> & {
    readonly permission: Permission;
    readonly stream: NonNullable<Route["stream"]>;
  },
): Route {
  return { ...definition, method: "GET", handle: () => Promise.reject(new Error("A stream is not handled.")) };
}

/** Where every route is mounted. */
export const apiPrefix = "/api/v1";
