import { isUtf8 } from "node:buffer";
import type { FastifyInstance } from "fastify";
import { Refusal } from "../errors.ts";
import { unstorable } from "./storable.ts";
import { validationFailed } from "./validation.ts";

/** 256 KB. */
export const bodyLimitBytes = 256 * 1024;

/** JSON is the only thing a body may be; anything else is 415. An empty body is none. */
export function acceptJsonBodiesOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, bytes, done) => {
    try {
      done(null, parseJson(bytes as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw new Refusal("malformedJson", "The body is not UTF-8. Send JSON encoded as UTF-8.");
  const body = parsed(bytes.toString("utf8"));
  const errors = unstorable(body, "");
  if (errors.length > 0) throw validationFailed(errors);
  return body;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal("malformedJson", `The body is not valid JSON: ${(error as SyntaxError).message}`);
  }
}
