import { z } from "zod";
import { Refusal } from "../errors.ts";
import { mailAddress, text } from "../http/fields.ts";
import { type Context, type Route, route } from "../http/route.ts";
import { staffIdOf } from "../tenancy/staff.ts";
import { permissions } from "../tenant.ts";
import { maxPasswordLength, minPasswordLength } from "./better-auth.ts";

const tag = "session";
const password = text(maxPasswordLength).min(1);
const newPassword = text(maxPasswordLength).min(minPasswordLength);
const code = text(40).min(1).meta({ description: "Of the authenticator app, or one of the backup codes" });
const done = { reply: z.undefined(), status: 204 } as const;

const session = z
  .object({
    person: z.object({
      id: z.int().min(1),
      email: z.string(),
      name: z.string(),
      hasTwoFactor: z.boolean(),
      isOperator: z.boolean(),
    }),
    company: z
      .object({ id: z.int().min(1), name: z.string() })
      .nullable()
      .meta({ description: "Null for an operator" }),
    staffId: z.string().nullable().meta({ description: "Who of the active staff they are; null for nobody" }),
    permissions: z.array(
      z.object({
        permission: z.enum(permissions),
        reach: z
          .object({ branches: z.array(z.string()), staff: z.array(z.string()) })
          .nullable()
          .meta({
            description:
              "Where it is held: in these branches, and on what is these staff members'; null for everywhere",
          }),
      }),
    ),
  })
  .meta({ id: "Session" });

/** Cookies, and no key: these are for browsers. What they change is asked for by PUT, which repeated does no harm. */
export const sessionRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/session",
    tag,
    permission: null,
    summary: "Who is signed in, and what they may do",
    reply: session,
    handle: sessionOf,
  }),
  route({
    method: "PUT",
    path: "/session",
    tag,
    permission: null,
    summary: "Sign in: a cookie is set",
    body: z.strictObject({ email: mailAddress, password }).meta({ id: "SignIn" }),
    reply: z.object({
      next: z.enum(["signedIn", "codeNeeded"]).meta({ description: "With codeNeeded, send a code to /session/code" }),
    }),
    handle: async ({ signIn, visit, body }) => ({ next: await signIn.enter(visit(), body.email, body.password) }),
  }),
  route({
    method: "PUT",
    path: "/session/code",
    tag,
    permission: null,
    summary: "The second step of signing in",
    body: z.strictObject({ code }),
    ...done,
    handle: ({ signIn, visit, body }) => nothing(signIn.confirm(visit(), body.code)),
  }),
  route({
    method: "DELETE",
    path: "/session",
    tag,
    permission: null,
    summary: "Sign out",
    ...done,
    handle: ({ signIn, visit }) => nothing(signIn.leave(visit())),
  }),
  route({
    method: "PUT",
    path: "/session/password",
    tag,
    permission: null,
    summary: "Change one's own password: all other sessions end",
    body: z.strictObject({ current: password, next: newPassword }),
    ...done,
    handle: ({ signIn, visit, body }) => nothing(signIn.changePassword(visit(), body.current, body.next)),
  }),
  route({
    method: "PUT",
    path: "/session/two-factor",
    tag,
    permission: null,
    summary: "Begin to use an authenticator app; it is asked for once a first code was confirmed",
    body: z.strictObject({ password }),
    reply: z.object({
      uri: z.string().meta({ description: "For the app, otpauth://totp/…" }),
      backupCodes: z.array(z.string()).meta({ description: "Each opens the door once; shown this once" }),
    }),
    handle: ({ signIn, visit, body }) => signIn.startTwoFactor(visit(), body.password),
  }),
  route({
    method: "PUT",
    path: "/session/two-factor/confirmation",
    tag,
    permission: null,
    summary: "From now on a code is asked for",
    body: z.strictObject({ code: z.string().regex(/^\d{6}$/, "must be the six digits that the app shows") }),
    ...done,
    handle: ({ signIn, visit, body }) => nothing(signIn.finishTwoFactor(visit(), body.code)),
  }),
  route({
    method: "PUT",
    path: "/session/two-factor/removal",
    tag,
    permission: null,
    summary: "From now on the password is enough",
    body: z.strictObject({ password }),
    ...done,
    handle: ({ signIn, visit, body }) => nothing(signIn.stopTwoFactor(visit(), body.password)),
  }),
  route({
    method: "PUT",
    path: "/password-reset",
    tag,
    permission: null,
    summary: "Have a link sent to choose a new password; the same answer whether there is such a person or not",
    body: z.strictObject({ email: mailAddress }),
    ...done,
    handle: ({ signIn, visit, body }) => nothing(signIn.sendReset(visit(), body.email)),
  }),
  route({
    method: "PUT",
    path: "/password",
    tag,
    permission: null,
    summary: "Choose a password by a link; all sessions end",
    body: z.strictObject({ token: text(200).min(1), password: newPassword }),
    ...done,
    handle: ({ signIn, visit, body }) => nothing(signIn.choosePassword(visit(), body.token, body.password)),
  }),
];

async function nothing(work: Promise<void>): Promise<undefined> {
  await work;
  return undefined;
}

async function sessionOf({
  db,
  signIn,
  visit,
}: Pick<Context<unknown, unknown, unknown, null>, "db" | "signIn" | "visit">) {
  const person = await signIn.personOf(visit());
  if (person === null) throw new Refusal("unauthenticated", "Nobody is signed in here. Sign in.");
  const { userId: id, email, name, hasTwoFactor, companyId, companyName } = person;
  const isOperator = companyId === null;
  const caller = isOperator ? null : await signIn.callerAs(person, visit());
  return {
    person: { id, email, name, hasTwoFactor, isOperator },
    company: isOperator ? null : { id: companyId, name: companyName ?? "" },
    staffId: caller && (await staffIdOf(db, caller)),
    permissions: permissions
      .filter((permission) => caller === null || caller.permissions.has(permission))
      .map((permission) => ({ permission, reach: caller?.reaches?.get(permission) ?? null })),
  };
}
