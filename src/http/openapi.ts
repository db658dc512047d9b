import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { z } from "zod";
import { refusals } from "../errors.ts";
import { sessionCookie } from "../sign-in.ts";
import { problemSchema } from "./problems.ts";
import { type Access, apiPrefix, type Route } from "./route.ts";

/** Serves the OpenAPI document of all routes mounted after it, and at /docs a page to read it on. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    convertConstToEnum: false,
    openapi: {
      openapi: "3.1.0",
      info: { title: "Frontdesk", version: "1", description },
      components: {
        securitySchemes: {
          apiKey: { type: "http", scheme: "bearer", description: "An API key of the company." },
          customerLink: { type: "http", scheme: "bearer", description: "The token of the link of a customer's page." },
          session: { type: "apiKey", in: "cookie", name: sessionCookie, description: "Of somebody who signed in." },
        },
      },
    },
    transform(document) {
      const { url, route } = document;
      const described = route.config?.route;
      if (described === undefined) return { schema: { hide: true }, url };
      return jsonSchemaTransform({ ...document, schema: operation(described) } as JsonSchemaDocument);
    },
    transformObject: (document) => withoutUnusedSchemas(jsonSchemaTransformObject(document) as Document),
  });
  await app.register(swaggerUi, {
    routePrefix: "/docs",
    staticCSP: false,
    theme: { title: "Frontdesk API" },
    // The other layout's bar asks for the address of another document, and its mark brings a style that our CSP blocks.
    uiConfig: { layout: "BaseLayout" },
  });
  app.get(`${apiPrefix}/openapi.json`, () => app.swagger());
}

const description = `Looks after an appointment once it is booked.

Errors are problems (RFC 9457) with a stable \`code\`. Times are ISO 8601, sent back in UTC. Lists come in pages: send
\`nextCursor\` as \`cursor\`. Every POST honours an \`Idempotency-Key\`: repeated with the same key, it is answered as the
first time (\`Idempotency-Replayed: true\`) and done only once.`;

/** A route as Fastify's documenting plugin wants it. */
function operation(route: Route) {
  const { method, path, tag, summary, permission } = route;
  const { note, security } = accessOf(permission);
  return {
    operationId: operationId(method, path),
    tags: [tag],
    summary,
    description: [route.description, note].filter(Boolean).join("\n\n"),
    ...(route.params ? { params: route.params } : {}),
    ...(route.query ? { querystring: route.query } : {}),
    ...(route.body ? { body: route.body } : {}),
    ...headersOf(route),
    response: { ...replies(route), ...problems(route) },
    ...security,
  };
}

function accessOf(access: Access): { note: string; security: object } {
  if (access === null) return { note: "", security: {} };
  if (access === "customerLink") {
    return {
      note: "Needs the token of a customer's link, and no key.",
      security: { security: [{ customerLink: [] }] },
    };
  }
  return { note: `Needs the permission \`${access}\`.`, security: { security: [{ apiKey: [] }, { session: [] }] } };
}

/** `POST /appointments/:appointmentId/cancellation` → `postAppointmentsByAppointmentIdCancellation`. */
function operationId(method: string, path: string): string {
  const words = path.split(/[/-]/).filter((word) => word !== "");
  const name = words.map((word) => (word.startsWith(":") ? `By${capital(word.slice(1))}` : capital(word))).join("");
  return method.toLowerCase() + name;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function headersOf({ method, honoursIfMatch }: Route) {
  const headers = {
    ...(method === "POST"
      ? {
          "Idempotency-Key": z.string().min(1).max(255).optional().meta({
            description: "Makes a repetition harmless for 24 hours. A fresh uuid per intention will do.",
          }),
        }
      : {}),
    ...(honoursIfMatch
      ? { "If-Match": z.string().optional().meta({ description: "The ETag that was read: refuses a lost update." }) }
      : {}),
  };
  return Object.keys(headers).length > 0 ? { headers: z.object(headers) } : {};
}

function replies({ status = 200, reply, stream, file }: Route) {
  if (file) return { 200: { description: `A file: ${file.name}`, content: { "text/csv": { schema: reply } } } };
  if (stream) {
    const content = { "text/event-stream": { schema: reply } };
    return { 200: { description: "Server-sent events; this is the data of one", content } };
  }
  const statuses = typeof status === "function" ? [200, 201] : [status];
  return Object.fromEntries(
    statuses.map((code) => [
      code,
      code === 204 ? z.null().meta({ description: "Done" }) : { description: "Done", content: json(reply) },
    ]),
  );
}

function problems({ method, permission, denial, honoursIfMatch, params }: Route) {
  const told: [number, string | false][] = [
    [400, "The request could not be read"],
    [401, permission === "customerLink" ? refusals.linkInvalid.title : refusals.unauthenticated.title],
    [403, permission !== "customerLink" && "The caller lacks the permission"],
    [404, params !== undefined && "There is no such thing in this company"],
    [409, (method === "POST" || denial !== undefined) && "The state or the policy does not allow it"],
    [412, honoursIfMatch === true && "Somebody changed it since it was read"],
    [413, method !== "GET" && "The body is over 256 KB"],
    [415, method !== "GET" && "The body is not JSON"],
    [422, "A field needs mending; errors names it"],
    [429, "Too many requests; Retry-After says when to go on"],
    [500, "Our fault"],
  ];
  const content = { "application/problem+json": { schema: problemSchema } };
  return Object.fromEntries(
    told.flatMap(([code, text]) => (text === false ? [] : [[code, { description: text, content }]])),
  );
}

function json(schema: z.ZodType) {
  return { "application/json": { schema } };
}

type JsonSchemaDocument = Parameters<typeof jsonSchemaTransform>[0];
type Document = { components?: { schemas?: Record<string, object> } };

/** Every schema with an id is listed twice, for input and for output; this keeps those that something refers to. */
function withoutUnusedSchemas(document: Document): Document {
  const { components, ...rest } = document;
  const schemas = components?.schemas ?? {};
  const used = new Set<string>();
  const visit = (value: unknown) => {
    for (const [, name = ""] of JSON.stringify(value ?? null).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(schemas[name]);
    }
  };
  visit(rest);
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)));
  return { ...document, components: { ...components, schemas: kept } };
}
