import { createHash, hkdfSync } from "node:crypto";
import type { SignInDatabase } from "../db/sign-in-database.ts";
import type { Keyring } from "../secrets.ts";

export interface AuthOptions {
  readonly database: SignInDatabase;
  readonly keyring: Keyring;
  /** Where browsers reach this server; its scheme decides whether cookies are Secure. */
  readonly publicUrl: string | null;
  sendReset(email: string, token: string): Promise<void>;
}

/** Sessions end so long after their last use. */
const sessionSeconds = 7 * 86_400;
const resetSeconds = 3_600;
export const minPasswordLength = 10;
export const maxPasswordLength = 128;

export type Auth = Awaited<ReturnType<typeof createAuth>>;

/**
 * better-auth over our own tables. Loaded when somebody first signs in: commands and workers do without it. Of its
 * routes none is served: ours ask it by function.
 */
export async function createAuth({ database, keyring, publicUrl, sendReset }: AuthOptions) {
  const [{ betterAuth }, { twoFactor }] = await Promise.all([
    import("better-auth"),
    import("better-auth/plugins/two-factor"),
  ]);
  const timestamps = { createdAt: "created_at", updatedAt: "updated_at" };
  const ofUser = { userId: "auth_user_id" };
  return betterAuth({
    baseURL: publicUrl ?? "http://localhost",
    secrets: secretsOf(keyring),
    telemetry: { enabled: false },
    logger: { disabled: true },
    rateLimit: { enabled: false },
    database: { db: database.kysely, type: database.type },
    user: {
      modelName: "auth_users",
      fields: { emailVerified: "email_verified", ...timestamps },
      additionalFields: {
        accountOf: { type: "number", fieldName: "user_id", required: true, input: false },
        isOperator: { type: "boolean", fieldName: "is_operator", required: false, input: false },
      },
    },
    session: {
      modelName: "auth_sessions",
      fields: { ...ofUser, ...timestamps, expiresAt: "expires_at", ipAddress: "ip_address", userAgent: "user_agent" },
      expiresIn: sessionSeconds,
    },
    account: {
      modelName: "auth_accounts",
      fields: {
        ...ofUser,
        ...timestamps,
        accountId: "account_id",
        providerId: "provider_id",
        accessToken: "access_token",
        refreshToken: "refresh_token",
        idToken: "id_token",
        accessTokenExpiresAt: "access_token_expires_at",
        refreshTokenExpiresAt: "refresh_token_expires_at",
      },
    },
    verification: {
      modelName: "auth_verifications",
      fields: { ...timestamps, expiresAt: "expires_at" },
      storeIdentifier: "hashed",
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength,
      maxPasswordLength,
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: resetSeconds,
      sendResetPassword: ({ user, token }) => sendReset(user.email, token),
    },
    advanced: {
      cookiePrefix: "frontdesk",
      useSecureCookies: publicUrl?.startsWith("https:") ?? false,
      database: { generateId: "serial" },
    },
    plugins: [
      twoFactor({
        issuer: "Frontdesk",
        schema: {
          user: { fields: { twoFactorEnabled: "two_factor_enabled" } },
          twoFactor: {
            modelName: "auth_two_factors",
            fields: {
              ...ofUser,
              backupCodes: "backup_codes",
              failedVerificationCount: "failed_verification_count",
              lockedUntil: "locked_until",
            },
          },
        },
      }),
    ],
  });
}

/** Its own secrets, from the installation's keys and in their order, so that neither tells the other. */
export function secretsOf({ keys }: Keyring): { version: number; value: string }[] {
  return keys.map(({ id, key }) => ({
    // What is encrypted says by which version: the same key has the same one, wherever it stands in the list.
    version: createHash("sha256").update(id).digest().readUInt32BE(0),
    value: Buffer.from(hkdfSync("sha256", key, "", "frontdesk sign-in", 32)).toString("base64url"),
  }));
}
