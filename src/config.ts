import { z } from "zod";
import type { Installation } from "./installation.ts";
import { parseKeyring } from "./secrets.ts";

/** What the environment says; nothing but a door reads it. */
export interface Config {
  readonly databaseUrl: string;
  /** Connections of the pool to a server database. */
  readonly databaseConnections: number;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly logLevel: string;
  /** Requests per API key, in each process. */
  readonly rateLimitPerMinute: number;
  /** Addresses or networks of proxies whose X-Forwarded-For is believed; true for all, false for none. */
  readonly trustProxy: boolean | string;
  /** How long a process that is to end says that it is not ready before it stops listening. */
  readonly drainSeconds: number;
  /** Without one there are no metrics. */
  readonly metricsToken: string | null;
  readonly installation: Installation;
}

/** Some variables are wrong; the message has a line for each. */
export class ConfigMistake extends Error {
  override readonly name = "ConfigMistake";
}

/** @param lines a variable and what is wrong with it, each */
export function mistakenVariables(lines: readonly string[]): ConfigMistake {
  return new ConfigMistake(["The environment needs mending:", ...lines.map((line) => `  ${line}`)].join("\n"));
}

/** @throws ConfigMistake that lists every mistake at once */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // A variable that is set to nothing is a variable that is not set.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const result = environment.safeParse(given);
  if (!result.success) {
    throw mistakenVariables(result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`));
  }
  const { data } = result;
  return {
    databaseUrl: data.DATABASE_URL,
    databaseConnections: data.DATABASE_CONNECTIONS,
    host: data.HOST,
    port: data.PORT,
    logLevel: data.LOG_LEVEL,
    rateLimitPerMinute: data.RATE_LIMIT_PER_MINUTE,
    trustProxy: data.TRUST_PROXY,
    drainSeconds: data.DRAIN_SECONDS,
    metricsToken: data.METRICS_TOKEN ?? null,
    installation: {
      keyring: data.FRONTDESK_SECRET_KEY ?? null,
      publicUrl: data.PUBLIC_URL ?? null,
      mail: data.SMTP_URL === undefined ? null : { url: data.SMTP_URL, from: data.SMTP_FROM ?? "" },
      mailboxFolder: data.MAILBOX_FOLDER ?? null,
      backupMaxAgeHours: data.BACKUP_MAX_AGE_HOURS ?? null,
      operators: { email: data.OPERATOR_EMAIL ?? null, webhook: data.OPERATOR_WEBHOOK ?? null },
      twilioUrl: "https://api.twilio.com",
      allowsPrivateNetworks: data.ALLOW_PRIVATE_NETWORKS,
    },
  };
}

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

const environment = z
  .object({
    DATABASE_URL: z
      .string()
      .regex(
        /^(sqlite:.+|(mysql|mariadb):\/\/[^/]+\/[^/]+)$/,
        "Must be sqlite:path/to/file.db, mysql://user:password@host/database or mariadb://user:password@host/database.",
      )
      .default("sqlite:.data/frontdesk.db"),
    DATABASE_CONNECTIONS: wholeNumber(1, 1000).default(10),
    HOST: z.string().default("127.0.0.1"),
    PORT: wholeNumber(0, 65_535).default(3000),
    LOG_LEVEL: z.enum(logLevels, `Must be one of ${logLevels.join(", ")}.`).default("info"),
    RATE_LIMIT_PER_MINUTE: wholeNumber(1, 1_000_000_000).default(6000),
    TRUST_PROXY: z
      .string()
      .transform((text) => (text === "true" ? true : text === "false" ? false : text))
      .default(false),
    DRAIN_SECONDS: wholeNumber(0, 300).default(1),
    FRONTDESK_SECRET_KEY: z
      .string()
      .transform((text, context) => {
        const keyring = parseKeyring(text);
        // The message must not repeat the value.
        if (keyring === null)
          context.addIssue("Must be id:key, the key 32 bytes in base64; several, the current one first, with commas.");
        return keyring ?? z.NEVER;
      })
      .optional(),
    METRICS_TOKEN: z.string().min(16, "Must have 16 characters or more.").optional(),
    PUBLIC_URL: z
      .string()
      .regex(
        /^https?:\/\/[^/?#\s]+(\/[^?#\s]*)?$/,
        "Must be the address people reach this server at, like https://desk.example.org.",
      )
      .transform((url) => url.replace(/\/+$/, ""))
      .optional(),
    SMTP_URL: z
      .string()
      .regex(
        /^smtps?:\/\/([^\s@/]+@)?[^\s@/]+\/?$/,
        "Must be smtp://user:password@host:port or smtps://…; % encodes signs in the password.",
      )
      .optional(),
    SMTP_FROM: z.string().optional(),
    MAILBOX_FOLDER: z.string().optional(),
    ALLOW_PRIVATE_NETWORKS: z
      .enum(["true", "false"], "Must be true or false.")
      .transform((text) => text === "true")
      .default(false),
    BACKUP_MAX_AGE_HOURS: wholeNumber(1, 8760).optional(),
    OPERATOR_EMAIL: z
      .string()
      .regex(/^\S+@\S+$/, "Must be a mail address.")
      .optional(),
    OPERATOR_WEBHOOK: z
      .string()
      .regex(/^https?:\/\/\S+$/, "Must be an http or https address.")
      .optional(),
  })
  .refine(({ SMTP_URL, SMTP_FROM }) => SMTP_URL === undefined || SMTP_FROM !== undefined, {
    path: ["SMTP_FROM"],
    message: "Must be set with SMTP_URL: the address that mails come from.",
  });

function wholeNumber(min: number, max: number) {
  const message = `Must be a whole number from ${min} to ${max}.`;
  return z
    .string()
    .regex(/^\d{1,10}$/, message)
    .transform(Number)
    .pipe(z.number().min(min, message).max(max, message));
}
