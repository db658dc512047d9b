import fc from "fast-check";

/** A JSON schema as it stands in the OpenAPI document. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface Known {
  readonly schemas: Readonly<Record<string, Schema>>;
  /** Values that mean something, by the name of their field or parameter. */
  readonly pools: Readonly<Record<string, readonly unknown[]>>;
  /** Stands in for a field's schema where that says less than the domain wants. */
  readonly instead: Readonly<Record<string, Schema>>;
  readonly now: number;
}

/** Values that satisfy a schema; where the field's name is known, mostly ones that exist. */
export function valuesOf(schema: Schema, name: string, known: Known): fc.Arbitrary<unknown> {
  const pool = known.pools[name];
  const { [name]: better = schema, ...instead } = known.instead;
  const free = freeValues(better, name, { ...known, instead });
  if (pool === undefined) return free;
  return fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...pool) }, { weight: 1, arbitrary: free });
}

function freeValues(schema: Schema, name: string, known: Known): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    return freeValues(known.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}, name, known);
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return fc.oneof(...alternatives.map((each) => valuesOf(each, name, known)));
  switch (schema.type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return integers(schema);
    case "number":
      return integers(schema).map((whole) => whole + 0);
    case "string":
      return texts(schema, known);
    case "array":
      return lists(schema, name, known);
    case "object":
      return objects(schema, known);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function lists({ items = {}, minItems = 0, maxItems = 4 }: Schema, name: string, known: Known): fc.Arbitrary<unknown> {
  return fc.array(valuesOf(items, name, known), {
    minLength: minItems,
    maxLength: Math.max(minItems, Math.min(maxItems, 4)),
  });
}

function integers({ minimum = -1_000_000, maximum = 1_000_000 }: Schema): fc.Arbitrary<number> {
  const [min, max] = [Math.max(minimum, Number.MIN_SAFE_INTEGER), Math.min(maximum, Number.MAX_SAFE_INTEGER)];
  return fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min, max: Math.min(max, min + 200) }) },
    { weight: 1, arbitrary: fc.maxSafeInteger().map((any) => min + (Math.abs(any) % (max - min + 1))) },
    { weight: 1, arbitrary: fc.constantFrom(min, max) },
  );
}

const day = 86_400_000;

function texts(schema: Schema, { now }: Known): fc.Arbitrary<string> {
  if (schema.format === "date-time") {
    const near = fc.integer({ min: -40 * 24 * 4, max: 90 * 24 * 4 }).map((quarters) => now + quarters * 900_000);
    const far = fc.integer({ min: 0, max: 200 * 365 }).map((days) => days * day);
    return fc
      .oneof({ weight: 9, arbitrary: near }, { weight: 1, arbitrary: far })
      .map((ms) => new Date(ms).toISOString());
  }
  if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern.replace("(Z|", "(?:Z|")));
  return awkwardTexts(schema.minLength ?? 0, schema.maxLength ?? 300);
}

/** Texts that a database keeps, and that have broken others. */
export function awkwardTexts(minLength: number, maxLength: number): fc.Arbitrary<string> {
  const famous = [
    "Robert'); drop table appointments;-- ",
    "<script>alert(1)</script><b>Ö'Neil</b>",
    '{"a":[1,null]} \\ \u2028 #{7*7} {{7*7}} %s %00 ../../etc/passwd',
    "🙂👩‍👩‍👧 \u202eright to left\u202c Zürich ﷽ \u0301",
    " \t\r\n ",
    "null",
    "9f4d",
    "=1+1",
  ].map((text) => text.slice(0, maxLength).toWellFormed());
  const random = fc
    .string({ unit: "binary", maxLength: Math.min(maxLength, 60) })
    .map((text) => text.replaceAll("\0", "0").slice(0, maxLength).toWellFormed());
  return fc
    .oneof(fc.constantFrom(...famous), random, fc.constant("x".repeat(maxLength)))
    .map((text) => (text.length < minLength ? text.padEnd(minLength, "x") : text));
}

function objects(
  { properties = {}, required = [], additionalProperties }: Schema,
  known: Known,
): fc.Arbitrary<unknown> {
  const named = Object.entries(properties).map(([name, schema]) => {
    const value = valuesOf(schema, name, known);
    return [name, required.includes(name) ? value : fc.option(value, { nil: undefined, freq: 2 })] as const;
  });
  const record = fc.record(Object.fromEntries(named)).map(withoutUndefined);
  if (named.length > 0 || typeof additionalProperties !== "object") return record;
  return fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 });
}

function withoutUndefined(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
}
