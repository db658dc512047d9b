import { randomBytes } from "node:crypto";
import type { Db } from "../db/connect.ts";
import { signInDatabase } from "../db/sign-in-database.ts";
import { transaction } from "../db/transaction.ts";
import { invalid, Refusal } from "../errors.ts";
import type { Installation } from "../installation.ts";
import { noSignIn, type Person, type SignIn, type Visit } from "../sign-in.ts";
import { allowanceOf } from "../tenancy/roles.ts";
import { assertOpenCompany } from "../tenancy/store.ts";
import { type Caller, permissions } from "../tenant.ts";
import { type Auth, createAuth, maxPasswordLength, minPasswordLength } from "./better-auth.ts";
import { countTry } from "./failures.ts";
import { resetMail, sendToPerson } from "./mails.ts";
import {
  findAuthUserAcrossCompanies,
  findPersonAcrossCompanies,
  findPersonByEmailAcrossCompanies,
  grantsOf,
} from "./person-store.ts";
import { deleteLinksAcrossCompanies } from "./user-store.ts";

export interface SignInOptions {
  readonly db: Db;
  /** Of the same database. */
  readonly url: string;
  readonly installation: Installation;
  /** Gets what went wrong with sending a mail. */
  readonly onError: (error: unknown) => void;
}

const invitationMilliseconds = 7 * 86_400_000;

/** How people sign in to this installation. What it needs is loaded when somebody does; close it. */
export function createSignIn({ db, url, installation, onError }: SignInOptions): SignIn {
  const { keyring, publicUrl } = installation;
  if (keyring === null) return noSignIn;
  const key = keyring;
  let opened: Promise<{ auth: Auth; close(): Promise<void> }> | null = null;
  const pending = new Set<Promise<void>>();

  const auth = async (): Promise<Auth> => {
    opened ??= open();
    return (await opened).auth;
  };
  async function open() {
    const database = signInDatabase(url);
    const auth = await createAuth({ database, keyring: key, publicUrl, sendReset });
    return { auth, close: database.close };
  }
  /** Nobody waits for it: how long an answer takes would tell whether there is such a person. */
  function meanwhile(work: Promise<unknown>): void {
    const done: Promise<void> = work.then(() => {}, onError).finally(() => pending.delete(done));
    pending.add(done);
  }
  async function sendReset(email: string, token: string): Promise<void> {
    const person = await findPersonByEmailAcrossCompanies(db, email);
    if (person === null) return;
    if (!(await sendToPerson(installation, person, resetMail(person, linkOf(publicUrl, token)))))
      throw new Error("A mail to choose a new password could not be sent.");
  }

  async function personOf(visit: Visit): Promise<Person | null> {
    const { api } = await auth();
    const { headers, response } = await api.getSession({ headers: visit.headers, returnHeaders: true });
    keep(visit, headers);
    return response === null ? null : findPersonAcrossCompanies(db, Number(response.user.id));
  }
  async function signedIn(visit: Visit): Promise<Person> {
    const person = await personOf(visit);
    if (person === null) throw new Refusal("unauthenticated", "The session has ended. Sign in again.");
    return person;
  }
  async function callerAs(person: Person, visit: Visit): Promise<Caller> {
    const actor = { type: "user", id: String(person.userId) } as const;
    const companyId = person.companyId ?? (await companyNamed(db, visit));
    if (person.companyId === null) return { companyId, actor, permissions: new Set(permissions) };
    return { companyId, actor, ...allowanceOf(await grantsOf(db, { companyId }, person.userId)) } satisfies Caller;
  }
  /** What is done with the password of somebody who is signed in. */
  async function withPassword<T>(visit: Visit, work: (api: Auth["api"]) => Promise<Answer<T>>): Promise<T> {
    const { email } = await signedIn(visit);
    const tries = await countTry(db, visit.address, email);
    const { headers, response } = await told(work((await auth()).api), "The password is not the right one.");
    await tries.succeeded();
    keep(visit, headers);
    return response;
  }

  return {
    async enter(visit, email, password) {
      const tries = await countTry(db, visit.address, email);
      const { api } = await auth();
      const asked = api.signInEmail({ body: { email, password }, headers: visit.headers, returnHeaders: true });
      const { headers, response } = await told(asked, wrong);
      const needsCode = !("user" in response) || response.user === undefined;
      if (!needsCode && (await findPersonAcrossCompanies(db, Number(response.user.id))) === null) throw failed(wrong);
      await tries.succeeded();
      keep(visit, headers);
      return needsCode ? "codeNeeded" : "signedIn";
    },
    async confirm(visit, code) {
      const tries = await countTry(db, visit.address, null);
      const { api } = await auth();
      const request = { body: { code }, headers: visit.headers, returnHeaders: true } as const;
      const isOfApp = /^\d{6}$/.test(code);
      const asked: Promise<{ headers: Headers }> = isOfApp ? api.verifyTOTP(request) : api.verifyBackupCode(request);
      const { headers } = await told(asked, "The code is not the right one, or it came too late. Sign in again.");
      await tries.succeeded();
      keep(visit, headers);
    },
    async leave(visit) {
      const { headers } = await (await auth()).api.signOut({ headers: visit.headers, returnHeaders: true });
      keep(visit, headers);
    },
    personOf,
    callerOf: async (visit) => callerAs(await signedIn(visit), visit),
    callerAs,
    async sendReset(visit, email) {
      await countTry(db, visit.address, `reset ${email}`);
      const { api } = await auth();
      meanwhile(api.requestPasswordReset({ body: { email } }));
    },
    async choosePassword(visit, token, password) {
      assertPassword("/password", password);
      const tries = await countTry(db, visit.address, null);
      const { api, $context } = await auth();
      const { internalAdapter } = await $context;
      const link = await internalAdapter.findVerificationValue(`reset-password:${token}`);
      await told(api.resetPassword({ body: { token, newPassword: password } }), wrong);
      await tries.succeeded();
      if (link) await transaction(db, (tx) => deleteLinksAcrossCompanies(tx, Number(link.value)));
    },
    async changePassword(visit, current, next) {
      assertPassword("/next", next);
      const body = { currentPassword: current, newPassword: next, revokeOtherSessions: true };
      await withPassword(visit, (api) => api.changePassword({ body, headers: visit.headers, returnHeaders: true }));
    },
    async startTwoFactor(visit, password) {
      const started = await withPassword(visit, (api) =>
        api.enableTwoFactor({ body: { password }, headers: visit.headers, returnHeaders: true }),
      );
      if (!("totpURI" in started)) throw new Error("No authenticator app was started.");
      return { uri: started.totpURI, backupCodes: started.backupCodes };
    },
    async finishTwoFactor(visit, code) {
      const { email } = await signedIn(visit);
      const tries = await countTry(db, visit.address, email);
      const { api } = await auth();
      const asked = api.verifyTOTP({ body: { code }, headers: visit.headers, returnHeaders: true });
      const { headers } = await told(asked, "The code is not the right one. Look at the app again.");
      await tries.succeeded();
      keep(visit, headers);
    },
    async stopTwoFactor(visit, password) {
      await withPassword(visit, (api) =>
        api.disableTwoFactor({ body: { password }, headers: visit.headers, returnHeaders: true }),
      );
    },
    async invite(userId) {
      const id = await findAuthUserAcrossCompanies(db, userId);
      if (id === null) return null;
      const { internalAdapter } = await (await auth()).$context;
      const token = randomBytes(24).toString("base64url");
      const expiresAt = new Date(Date.now() + invitationMilliseconds);
      await internalAdapter.createVerificationValue({
        identifier: `reset-password:${token}`,
        value: String(id),
        expiresAt,
      });
      return linkOf(publicUrl, token);
    },
    async close() {
      await Promise.all(pending);
      if (opened !== null) await (await opened).close();
    },
  };
}

interface Answer<T> {
  readonly headers: Headers;
  readonly response: T;
}

/** The token stands behind the #, which browsers send to nobody. */
function linkOf(publicUrl: string | null, token: string): string {
  return `${publicUrl ?? ""}/password#${token}`;
}

function keep(visit: Visit, headers: Headers): void {
  visit.cookies.push(...headers.getSetCookie());
}

const wrong = "The mail address or the password is not the right one.";

function failed(message: string): Refusal {
  return new Refusal("signInFailed", message);
}

/** better-auth's refusals in our words. @param wrong what is said where somebody is not who they say */
async function told<T>(asked: Promise<T>, wrong: string): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    const { body, statusCode } = error as { body?: { code?: string }; statusCode?: number };
    if (body?.code === "INVALID_TOKEN" || body?.code === "USER_NOT_FOUND") {
      throw invalid("/token", "This link is not valid any more. Ask for a new one.");
    }
    if (statusCode === 429 || body?.code?.startsWith("TOO_MANY")) {
      throw new Refusal("rateLimited", "That failed too often. Sign in again in 15 minutes.", [], lockedSeconds);
    }
    if (statusCode === 401 || statusCode === 400) throw failed(wrong);
    throw error;
  }
}

const lockedSeconds = 900;

function assertPassword(pointer: string, password: string): void {
  if (password.length >= minPasswordLength && password.length <= maxPasswordLength) return;
  throw invalid(pointer, `must have ${minPasswordLength} to ${maxPasswordLength} characters`);
}

/** @throws Refusal badRequest, notFound */
async function companyNamed(db: Db, { company }: Visit): Promise<number> {
  if (company === null || !/^[1-9]\d{0,14}$/.test(company)) {
    throw new Refusal("badRequest", "Operators say for which company they work: send its id as frontdesk-company.");
  }
  const companyId = Number(company);
  await assertOpenCompany(db, { companyId });
  return companyId;
}
