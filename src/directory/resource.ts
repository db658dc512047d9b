import { z } from "zod";
import { flag, flagIn } from "../http/fields.ts";
import { pageOf, pageQuery } from "../http/pagination.ts";
import { etagOfView } from "../http/preconditions.ts";
import { type Route, route } from "../http/route.ts";
import type { Permission } from "../tenant.ts";
import { changeEntry, createEntry, type Sent } from "./change.ts";
import { deleteEntry } from "./delete.ts";
import { getEntry, pageOfEntries } from "./entries.ts";
import type { Kind } from "./kinds.ts";

export interface Resource<Reply extends z.ZodObject> {
  readonly kind: Kind<z.input<Reply>>;
  /** Of all of them; one is at `path/:name`. */
  readonly path: `/${string}`;
  readonly tag: string;
  readonly param: { readonly name: string; readonly schema: z.ZodType };
  readonly read: Permission;
  readonly write: Permission;
  readonly reply: Reply;
  /** Filters of the list besides part of the name: fields of the reply. */
  readonly filters: Readonly<Record<string, z.ZodType>>;
  readonly created: z.ZodObject | null;
  readonly changed: z.ZodObject;
  /** For people: one, and many of them. */
  readonly words: readonly [one: string, many: string];
}

type Handled = { readonly params: unknown; readonly query: unknown; readonly body: unknown };

/** The routes of a kind: list, read, change, and where they can be made, make and delete. */
export function resource<Reply extends z.ZodObject>(of: Resource<Reply>): Route[] {
  const { kind, path, tag, param, reply, changed, words } = of;
  const [one, many] = words;
  const at = `${path}/:${param.name}` as const;
  const params = z.object({ [param.name]: param.schema });
  const idOf = ({ params }: Handled) => (params as Record<string, number | string>)[param.name] as number | string;
  const common = { tag, reply: reply as z.ZodType, etag: etagOfView };
  const get = route({
    ...common,
    method: "GET",
    path: at,
    permission: of.read,
    summary: `One ${one}`,
    params,
    handle: (context) => getEntry(context.db, context.caller, kind, idOf(context)),
  });
  const patch = route({
    ...common,
    method: "PATCH",
    path: at,
    permission: of.write,
    summary: `Change a ${one}; fields left out stay`,
    params,
    body: changed,
    honoursIfMatch: true,
    handle: (context) =>
      changeEntry(context.db, context.caller, kind, idOf(context), context.body as Sent, context.ifMatch),
  });
  return [listOf(of, many), get, patch, ...makingOf(of, params, idOf, common)];
}

function listOf<Reply extends z.ZodObject>({ kind, path, tag, read, reply, filters }: Resource<Reply>, many: string) {
  const hasSwitch = "isActive" in kind.fields;
  const order = kind.order === "name" ? "by name" : "those added last first";
  return route({
    method: "GET",
    path,
    tag,
    permission: read,
    summary: `List ${many}, ${order}`,
    query: z.object({
      ...pageQuery,
      name: z.string().min(1).max(255).optional().meta({ description: "A part of it" }),
      ...(hasSwitch ? { isActive: flag.optional() } : {}),
      ...filters,
    }),
    reply: pageOf(reply as z.ZodObject),
    handle({ db, caller, query }) {
      const { limit, cursor, name, isActive, ...rest } = query as typeof query & { isActive?: "true" | "false" };
      const given = Object.entries(rest).filter(([, value]) => value !== undefined);
      const fields = Object.fromEntries(given.map(([field, value]) => [field, [value].flat()])) as never;
      const filter = { name, isActive: flagIn(isActive), fields };
      return pageOfEntries(db, caller, kind as Kind<Record<string, unknown>>, filter, { limit, cursor });
    },
  });
}

function makingOf<Reply extends z.ZodObject>(
  { kind, path, tag, param, write, created, words: [one] }: Resource<Reply>,
  params: z.ZodObject,
  idOf: (context: Handled) => number | string,
  common: { readonly tag: string; readonly reply: z.ZodType; readonly etag: (result: unknown) => string },
): Route[] {
  if (created === null) return [];
  const post = route({
    ...common,
    method: "POST",
    path,
    permission: write,
    summary: `Add a ${one}`,
    body: created,
    status: 201,
    handle: ({ db, caller, body }) => createEntry(db, caller, kind, body as Sent),
  });
  const remove = route({
    method: "DELETE",
    path: `${path}/:${param.name}`,
    tag,
    permission: write,
    summary: `Delete a ${one}, softly: what is over keeps it; 409 while something to come names it`,
    params,
    reply: z.undefined(),
    status: 204,
    honoursIfMatch: true,
    handle: (context) =>
      deleteEntry(context.db, context.caller, kind, idOf(context), context.ifMatch) as Promise<undefined>,
  });
  return [post, remove];
}
