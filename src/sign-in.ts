import { Refusal } from "./errors.ts";
import type { Caller } from "./tenant.ts";

/** How people sign in, as the doors see it; people/ builds it. */

/** The end of the name of the cookie that holds a session; behind TLS a prefix stands before it. */
export const sessionCookie = "frontdesk.session_token";

/** One request of somebody's browser, and the cookies it is answered with. */
export interface Visit {
  readonly headers: Headers;
  /** The network address it came from. */
  readonly address: string;
  /** The company that an operator of the platform names; null for none. */
  readonly company: string | null;
  /** Set-Cookie values of the reply, in their order. */
  readonly cookies: string[];
}

/** Somebody who can sign in. */
export interface Person {
  readonly userId: number;
  /** Null for an operator of the platform. */
  readonly companyId: number | null;
  readonly companyName: string | null;
  /** The company's; null for an operator. */
  readonly locale: string | null;
  readonly email: string;
  readonly name: string;
  readonly hasTwoFactor: boolean;
}

export interface TwoFactorStart {
  /** For an authenticator app, as `otpauth://totp/…`. */
  readonly uri: string;
  /** Each opens the door once, when the app is lost. */
  readonly backupCodes: readonly string[];
}

export interface SignIn {
  /**
   * With the right password a session begins, or a code is asked for first.
   * @throws Refusal signInFailed, the same for an unknown address and a wrong password; rateLimited
   */
  enter(visit: Visit, email: string, password: string): Promise<"signedIn" | "codeNeeded">;
  /** The second step: a code of the app, or one of the backup codes. @throws Refusal signInFailed, rateLimited */
  confirm(visit: Visit, code: string): Promise<void>;
  /** Ends this session; without one it does nothing. */
  leave(visit: Visit): Promise<void>;
  /** Who this session is of; null without a valid one, and for somebody who was taken out since. */
  personOf(visit: Visit): Promise<Person | null>;
  /** @throws Refusal unauthenticated, and badRequest where an operator names no company */
  callerOf(visit: Visit): Promise<Caller>;
  /** The same of somebody who is known already. @throws Refusal badRequest where an operator names no company */
  callerAs(person: Person, visit: Visit): Promise<Caller>;
  /** Sends a link to choose a new password, if there is such a person; takes no longer if there is. @throws Refusal rateLimited */
  sendReset(visit: Visit, email: string): Promise<void>;
  /** With the token of a link; every session of the person ends. @throws Refusal validationFailed for a token that is not valid any more */
  choosePassword(visit: Visit, token: string, password: string): Promise<void>;
  /** @throws Refusal signInFailed for a wrong current password */
  changePassword(visit: Visit, current: string, next: string): Promise<void>;
  /** Takes effect when a first code was confirmed. @throws Refusal signInFailed */
  startTwoFactor(visit: Visit, password: string): Promise<TwoFactorStart>;
  /** @throws Refusal signInFailed for a wrong code */
  finishTwoFactor(visit: Visit, code: string): Promise<void>;
  /** @throws Refusal signInFailed for a wrong password */
  stopTwoFactor(visit: Visit, password: string): Promise<void>;
  /** A link to choose a first password by, for seven days. @returns null for somebody who cannot sign in */
  invite(userId: number): Promise<string | null>;
  close(): Promise<void>;
}

/** Of an installation where nobody can sign in. */
export const noSignIn: SignIn = {
  enter: refuse,
  confirm: refuse,
  leave: async () => {},
  personOf: async () => null,
  callerOf: refuse,
  callerAs: refuse,
  sendReset: refuse,
  choosePassword: refuse,
  changePassword: refuse,
  startTwoFactor: refuse,
  finishTwoFactor: refuse,
  stopTwoFactor: refuse,
  invite: refuse,
  close: async () => {},
};

async function refuse(): Promise<never> {
  throw new Refusal("unavailable", "Nobody can sign in here: FRONTDESK_SECRET_KEY is not set. Use an API key.");
}
