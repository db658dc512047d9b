import { boolean, code, defaulted, id, instant, integer, optional, reference, text, varchar } from "../columns.ts";
import { table } from "../table.ts";

/**
 * How people sign in. Asked before it is known of which company somebody is, so none of these is a company's table, and
 * no query of a company may name one. better-auth reads and writes all of them but the failures.
 */

const timestamps = { created_at: instant(), updated_at: instant() };
const ofAccount = { auth_user_id: ["auth_users(id)", "cascade"] } as const;

/** At most one for each row of users: who has none cannot sign in. */
export const authUsers = table(
  "auth_users",
  {
    id: id(),
    user_id: reference<number>("users.id"),
    email: varchar(255),
    email_verified: defaulted(boolean(), false),
    name: varchar(255),
    image: optional(text()),
    is_operator: defaulted(boolean(), false),
    two_factor_enabled: defaulted(boolean(), false),
    ...timestamps,
  },
  { unique: { user: ["user_id"], email: ["email"] }, foreign: { user_id: ["users(id)", "cascade"] } },
);

export const authSessions = table(
  "auth_sessions",
  {
    id: id(),
    auth_user_id: reference<number>("auth_users.id"),
    token: code(64),
    expires_at: instant(),
    ip_address: optional(varchar(64)),
    user_agent: optional(text()),
    ...timestamps,
  },
  { unique: { token: ["token"] }, index: { user: ["auth_user_id"], expiry: ["expires_at"] }, foreign: ofAccount },
);

export const authAccounts = table(
  "auth_accounts",
  {
    id: id(),
    auth_user_id: reference<number>("auth_users.id"),
    account_id: varchar(255),
    provider_id: code(40),
    access_token: optional(text()),
    refresh_token: optional(text()),
    id_token: optional(text()),
    access_token_expires_at: optional(instant()),
    refresh_token_expires_at: optional(instant()),
    scope: optional(text()),
    password: optional(text()),
    ...timestamps,
  },
  { unique: { provider: ["auth_user_id", "provider_id"] }, foreign: ofAccount },
);

export const authVerifications = table(
  "auth_verifications",
  { id: id(), identifier: varchar(255), value: text(), expires_at: instant(), ...timestamps },
  { index: { identifier: ["identifier"], expiry: ["expires_at"] } },
);

export const authTwoFactors = table(
  "auth_two_factors",
  {
    id: id(),
    auth_user_id: reference<number>("auth_users.id"),
    secret: text(),
    backup_codes: text(),
    verified: defaulted(boolean(), true),
    failed_verification_count: defaulted(integer(0, 1_000_000), 0),
    locked_until: optional(instant()),
  },
  { index: { user: ["auth_user_id"] }, foreign: ofAccount },
);

/** How often signing in has failed of late, by address of mail and by address of the net; both as hashes. */
export const authFailures = table(
  "auth_failures",
  { id: id(), subject: code(64), failures: integer(1, 1_000_000), since: instant(), until: instant() },
  { unique: { subject: ["subject"] }, index: { until: ["until"] } },
);

/** Parents before children. */
export const signInTables = [
  authUsers,
  authSessions,
  authAccounts,
  authVerifications,
  authTwoFactors,
  authFailures,
] as const;
