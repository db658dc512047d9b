/** The one catalogue of what a caller can get wrong: stable code → HTTP status and title. Decision codes (a business "no") are policies/decide's. */
export const refusals = {
  validationFailed: { status: 422, title: "The request does not fit the schema" },
  malformedJson: { status: 400, title: "The body is not valid JSON" },
  bodyTooLarge: { status: 413, title: "The body is too large" },
  unsupportedMediaType: { status: 415, title: "The content type is not supported" },
  unauthenticated: { status: 401, title: "Neither a valid API key nor a session was sent" },
  linkInvalid: { status: 401, title: "The link is not valid, or not any more" },
  signInFailed: { status: 401, title: "Signing in did not work" },
  forbidden: { status: 403, title: "A permission for this is missing" },
  notFound: { status: 404, title: "There is no such thing here" },
  routeNotFound: { status: 404, title: "There is no such path" },
  methodNotAllowed: { status: 405, title: "The path exists, but not with this method" },
  conflict: { status: 409, title: "The state does not allow this" },
  slotTaken: { status: 409, title: "The staff member is not free then" },
  feeHigher: { status: 409, title: "It costs more than was agreed to" },
  alreadyReserved: { status: 409, title: "Another change waits for the platform" },
  reservationOver: { status: 409, title: "The reservation holds nothing any more" },
  ownedByHost: { status: 409, title: "The platform keeps its appointments itself" },
  illegalTransition: { status: 409, title: "The status does not allow this" },
  preconditionFailed: { status: 412, title: "Somebody changed it since you read it" },
  idempotencyKeyReused: { status: 422, title: "The idempotency key belongs to another request" },
  idempotencyKeyInFlight: { status: 409, title: "The first request with this idempotency key is still running" },
  rateLimited: { status: 429, title: "Too many requests" },
  badRequest: { status: 400, title: "The request could not be read" },
  maintenance: { status: 503, title: "Under maintenance" },
  unavailable: { status: 503, title: "Temporarily unavailable" },
} as const;
export type RefusalCode = keyof typeof refusals;

/** One thing to mend: where (a JSON pointer into the body, `query/…` or `params/…`) and how. */
export interface FieldError {
  readonly pointer: string;
  readonly message: string;
}

/** A caller's mistake: turned into problem+json at the door, never logged as ours. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly fields: readonly FieldError[];
  /** After which it may work; null where time changes nothing, or nobody knows. */
  readonly retryAfterSeconds: number | null;

  /** @param message what happened and what to do next, in plain words */
  constructor(
    code: RefusalCode,
    message: string,
    fields: readonly FieldError[] = [],
    retryAfterSeconds: number | null = null,
  ) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.fields = fields;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The answer for an unknown id and for another tenant's alike. */
export function notFound(what: string): Refusal {
  return new Refusal("notFound", `No such ${what} in this company.`);
}

/** One field is wrong: `invalid("/startsAt", "lies in the past; …")`. */
export function invalid(pointer: string, message: string): Refusal {
  return new Refusal("validationFailed", "Some fields need mending; see errors.", [{ pointer, message }]);
}
