import { z } from "zod";
import { type FieldError, Refusal } from "../errors.ts";
import type { Route } from "./route.ts";
import { pointerTo, unstorable } from "./storable.ts";
import { wording } from "./wording.ts";

/** What a request brought, before and after it was checked. */
export interface Input {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/**
 * Makes the function that checks params, query and body of a route against its schemas.
 * @throws Refusal validationFailed with the field errors of all three
 */
export function inputParser(route: Route): (raw: Input) => Input {
  const params = route.params ?? nothing;
  const query = (route.query ?? nothing).strict();
  const body = route.body ?? noBody;
  return (raw) => {
    const errors: FieldError[] = [];
    const input = {
      params: parsePart(params, raw.params, "params", errors),
      query: parsePart(query, raw.query, "query", errors),
      body: parsePart(body, raw.body, "", errors),
    };
    if (errors.length > 0) throw validationFailed(errors);
    return input;
  };
}

const nothing = z.object({});

/** What a route that wants no body takes for none. */
const noBody = z.strictObject({}).optional();

export function validationFailed(errors: readonly FieldError[]): Refusal {
  return new Refusal("validationFailed", "Mend the fields named in errors, then send the request again.", errors);
}

const options = { error: wording };

function parsePart(schema: z.ZodType, value: unknown, base: string, errors: FieldError[]): unknown {
  // A body was looked through when it was parsed.
  const impossible = base === "" ? [] : unstorable(value, base);
  const result = impossible.length === 0 ? schema.safeParse(value, options) : null;
  errors.push(...impossible, ...(result?.error?.issues ?? []).flatMap((issue) => fieldErrors(issue, base)));
  return result?.data;
}

/** @param base `""` for the body, `query` or `params` */
export function fieldErrors(issue: z.core.$ZodIssue, base: string): FieldError[] {
  const pointer = pointerTo(base, issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ pointer: pointerTo(pointer, [key]), message: unknownKey(key) }));
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const [nearest = []] = issue.errors.toSorted((one, other) => distance(one) - distance(other));
    return nearest.flatMap((inner) => fieldErrors(inner, pointer));
  }
  if ((issue.code === "invalid_key" || issue.code === "invalid_element") && issue.issues.length > 0) {
    return issue.issues.flatMap((inner) => fieldErrors(inner, pointer));
  }
  return [{ pointer, message: issue.message }];
}

function unknownKey(key: string): string {
  return `${JSON.stringify(key)} is not known here; leave it out or correct its name.`;
}

/** How far a value is from a branch of a union: wrong at the root is farther than any fault inside. */
function distance(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, { path, code }) => sum + (path.length === 0 && code !== "unrecognized_keys" ? 100 : 1), 0);
}
