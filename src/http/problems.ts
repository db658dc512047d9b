import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { type FieldError, Refusal, type RefusalCode, refusals } from "../errors.ts";
import type { Denial } from "./route.ts";

/** RFC 9457; `code` is the stable name of `type`, `errors` names what to mend. */
export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.string(),
    detail: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ pointer: z.string(), message: z.string() })),
  })
  .meta({
    id: "Problem",
    description: "What went wrong and what to do next (RFC 9457).",
    example: {
      type: "urn:frontdesk:problem:validationFailed",
      title: refusals.validationFailed.title,
      status: 422,
      code: "validationFailed",
      detail: "Mend the fields named in errors, then send the request again.",
      requestId: "0b5e7a52-6a0e-4a53-9d0c-2f9d1f6f6c1b",
      errors: [{ pointer: "/startsAt", message: "Must be an ISO 8601 date and time with Z or an offset." }],
    },
  });

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
  readonly errors: readonly FieldError[];
}

export const problemType = "application/problem+json; charset=utf-8";

/** What a caller is told of any error: a Refusal's own words, and of ours nothing but the request id. */
export function problemOf(error: unknown, requestId: string): Problem {
  const refusal = asRefusal(error);
  if (refusal === null) return internal(requestId);
  const { status, title } = refusals[refusal.code];
  return problem(refusal.code, status, title, refusal.message, requestId, refusal.fields);
}

/** A business "no": 409, with the members that its route adds. */
export function denialProblem({ code, title, detail, ...members }: Denial, requestId: string): Problem {
  const common = problem(code, 409, title, detail, requestId, []);
  return { ...common, ...members, ...common };
}

/** For Fastify's setErrorHandler: the one place where an error of ours is logged. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error, request.id);
  if (error instanceof Refusal && error.retryAfterSeconds !== null)
    reply.header("retry-after", error.retryAfterSeconds);
  if (problem.code === "internal") request.log.error({ err: error }, "A request failed");
  return reply
    .code(problem.status)
    .header("x-request-id", request.id)
    .header("content-type", problemType)
    .send(JSON.stringify(problem));
}

/** The caller's mistake behind an error, Fastify's own refusals among them; null for an error of ours. */
function asRefusal(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  const { code, statusCode } = (error ?? {}) as Partial<FastifyError>;
  const known = code === undefined ? undefined : frameworkRefusals[code];
  if (known) return new Refusal(...known);
  const isCallers = statusCode !== undefined && statusCode >= 400 && statusCode < 500;
  return isCallers ? new Refusal("badRequest", "The request could not be read. Check it and send it again.") : null;
}

const frameworkRefusals: Record<string, [RefusalCode, string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ["bodyTooLarge", "The body is over 256 KB. Split the request."],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["unsupportedMediaType", "Send the body as Content-Type: application/json."],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ["badRequest", "The body is not as long as its Content-Length says."],
  FST_ERR_BAD_URL: ["badRequest", "The URL holds a % that two hexadecimal digits of UTF-8 do not follow. Encode it."],
  FST_ERR_MAX_PARAM_LENGTH: ["routeNotFound", "A segment of the path is longer than any id. Check the URL."],
};

function internal(requestId: string): Problem {
  const detail = "It is logged under this request id. Try again; if it stays, report the id.";
  return problem("internal", 500, "Something went wrong on our side", detail, requestId, []);
}

function problem(
  code: string,
  status: number,
  title: string,
  detail: string,
  requestId: string,
  errors: readonly FieldError[],
): Problem {
  return { type: `urn:frontdesk:problem:${code}`, title, status, code, detail, requestId, errors };
}
