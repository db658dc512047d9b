import fc from "fast-check";
import type { InjectOptions } from "fastify";
import { awkwardTexts, type Known, type Schema, valuesOf } from "./schema.ts";

export interface Operation {
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema: Schema }[];
  readonly requestBody?: { content: { "application/json": { schema: Schema } } };
}

interface Parts {
  readonly path: Record<string, unknown>;
  readonly query: Record<string, unknown>;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

/** Requests of one operation: most satisfy its schemas, the others break them in one place each. */
export function requestsOf(
  method: string,
  path: string,
  operation: Operation,
  known: Known,
): fc.Arbitrary<InjectOptions> {
  const of = (place: string) =>
    fc
      .record(
        Object.fromEntries(
          (operation.parameters ?? [])
            .filter((parameter) => parameter.in === place && !/^(Idempotency-Key|If-Match)$/.test(parameter.name))
            .map(({ name, required, schema }) => {
              const value = valuesOf(schema, name, known);
              return [name, required ? value : fc.option(value, { nil: undefined, freq: 1 })];
            }),
        ),
      )
      .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));
  const schema = operation.requestBody?.content["application/json"].schema;
  const valid: fc.Arbitrary<Parts> = fc.record({
    path: of("path"),
    query: of("query"),
    headers: fc.constant({}),
    body: schema === undefined ? fc.constant(undefined) : valuesOf(schema, "", known),
  });
  const request = (parts: Parts) => render(method, path, parts);
  return fc.oneof(
    { weight: 7, arbitrary: valid.map(request) },
    { weight: 2, arbitrary: fc.tuple(valid, mistakes).map(([parts, mistake]) => request(mistake(parts))) },
    {
      weight: 1,
      arbitrary: fc.tuple(valid.map(request), brokenWires).map(([options, broken]) => ({ ...options, ...broken })),
    },
  );
}

function render(method: string, path: string, { path: values, query, headers, body }: Parts): InjectOptions {
  const url = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(wellFormed(String(values[name] ?? 1))));
  const search = Object.entries(query)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((each) => [name, each]))
    .map(
      ([name, value]) =>
        `${encodeURIComponent(wellFormed(String(name)))}=${encodeURIComponent(wellFormed(String(value)))}`,
    )
    .join("&");
  return {
    method: method as "POST",
    url: search === "" ? url : `${url}?${search}`,
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  };
}

const wellFormed = (text: string) => text.toWellFormed();

const poison: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    true,
    -1,
    0,
    1.5,
    1e308,
    Number.MAX_SAFE_INTEGER,
    "",
    "NaN",
    "a\0b",
    "\ud800",
    "Ünïcödé",
    "٣",
    "0x10",
    "1e3",
    " 1",
    "9".repeat(400),
    "2026-02-30T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2026-03-10",
    [],
    {},
    [[]],
  ),
  awkwardTexts(0, 5000),
);

const mistakes: fc.Arbitrary<(parts: Parts) => Parts> = fc.oneof(
  fc.tuple(fc.nat(), poison).map(([nth, value]) => (parts: Parts) => ({
    ...parts,
    body: replaced(parts.body, nth, value),
  })),
  fc.tuple(fc.nat(), poison).map(([nth, value]) => (parts: Parts) => ({
    ...parts,
    path: replaced(parts.path, nth, value) as Parts["path"],
    query: replaced(parts.query, nth, value) as Parts["query"],
  })),
  fc
    .tuple(fc.constantFrom("colour", "constructor", "toString", "id", "companyId"), poison)
    .map(([key, value]) => (parts: Parts) => ({
      ...parts,
      ...(isObject(parts.body)
        ? { body: { ...parts.body, [key]: value } }
        : { query: { ...parts.query, [key]: value } }),
    })),
  fc.constantFrom("If-Match", "Idempotency-Key", "X-Request-Id", "Accept").chain((name) =>
    fc.constantFrom('"1"', "1", "*", 'W/"x"', "x".repeat(300), '"', "ünïcode").map((value) => (parts: Parts) => ({
      ...parts,
      headers: { ...parts.headers, [name.toLowerCase()]: value },
    })),
  ),
);

/** One leaf or branch of a value, counted from its root, gives way to another value. */
function replaced(value: unknown, nth: number, other: unknown): unknown {
  if (!isObject(value)) return other;
  const keys = Object.keys(value);
  const key = keys[nth % Math.max(1, keys.length)];
  if (key === undefined) return value;
  const deeper = isObject(value[key]) && nth % 2 === 1;
  return { ...value, [key]: deeper ? replaced(value[key], Math.floor(nth / 2), other) : other };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const json = { "content-type": "application/json" };
const brokenWires: fc.Arbitrary<Pick<InjectOptions, "headers" | "payload">> = fc.constantFrom(
  { headers: json, payload: "{" },
  { headers: json, payload: "" },
  { headers: json, payload: '{"__proto__":{"a":1}}' },
  { headers: json, payload: "[".repeat(5000) },
  { headers: json, payload: `{"reason":"${"x".repeat(1_000_000)}"}` },
  { headers: json, payload: '{"reason":1,"reason":"\\ud800"}' },
  { headers: { "content-type": "text/plain" }, payload: "reason" },
  { headers: { "content-type": "application/xml" }, payload: "<a/>" },
  { headers: { "content-type": "application/json; charset=utf-16" }, payload: "{}" },
  { headers: { "content-type": "multipart/form-data; boundary=x" }, payload: "--x--" },
);
