import { type FieldError, Refusal } from "../errors.ts";

/** Far more than any schema has; a deeper value would only exhaust the stack of who walks it. */
const maxDepth = 32;

/**
 * Finds texts that not every database stores as they are: U+0000 and lone surrogates, in values and in keys.
 * @throws Refusal badRequest for keys that could reach a prototype, and for a value nested too deeply
 */
export function unstorable(value: unknown, base: string): FieldError[] {
  const errors: FieldError[] = [];
  collect(value, base, 0, errors);
  return errors;
}

function collect(value: unknown, pointer: string, depth: number, errors: FieldError[]): void {
  if (typeof value === "string") {
    if (!isStorable(value)) errors.push({ pointer, message: advice });
  } else if (typeof value === "object" && value !== null) {
    if (depth === maxDepth) {
      throw new Refusal("badRequest", `The body is nested more than ${maxDepth} levels deep. Send a flatter one.`);
    }
    for (const key of Object.keys(value)) {
      const child = (value as Record<string, unknown>)[key];
      refusePrototypeKeys(key, child);
      if (isStorable(key)) collect(child, pointerTo(pointer, [key]), depth + 1, errors);
      else errors.push({ pointer, message: `A key in here: ${advice}` });
    }
  }
}

const advice = "Holds U+0000 or half of a surrogate pair, which cannot be stored; take it out.";

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

function refusePrototypeKeys(key: string, value: unknown): void {
  const reaches =
    key === "__proto__" ||
    (key === "constructor" && typeof value === "object" && value !== null && Object.hasOwn(value, "prototype"));
  if (reaches) throw new Refusal("badRequest", `The key ${key} is not accepted here. Leave it out.`);
}

/** A JSON pointer (RFC 6901): `~` and `/` in a key are written `~0` and `~1`. */
export function pointerTo(base: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((pointer, key) => `${pointer}/${escaped(String(key))}`, base);
}

function escaped(key: string): string {
  return key.includes("~") || key.includes("/") ? key.replaceAll("~", "~0").replaceAll("/", "~1") : key;
}
