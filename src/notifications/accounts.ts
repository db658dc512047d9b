import { z } from "zod";
import { audit } from "../audit/log.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import type { ProviderKind } from "../db/schema.ts";
import { transaction } from "../db/transaction.ts";
import { invalid, notFound, Refusal } from "../errors.ts";
import { assertMatch } from "../http/preconditions.ts";
import type { Installation } from "../installation.ts";
import { decrypt, encrypt, type Keyring } from "../secrets.ts";
import type { Caller, Tenant } from "../tenant.ts";
import {
  type AccountRow,
  accountsToRotateAcrossCompanies,
  findAccount,
  removeAccount,
  replaceSecrets,
  writeAccount,
} from "./account-store.ts";
import type { Channel } from "./catalogue.ts";

const host = z.string().regex(/^[A-Za-z0-9.-]{1,253}$|^\[[0-9a-fA-F:]+\]$/, "must be a host's name or address");
const from = z
  .string()
  .max(320)
  .regex(
    /^([^<>\r\n]{0,200}<)?[^\s<>@]+@[A-Za-z0-9.-]+>?$/,
    "must be an address, like Salon Lindner <termine@example.org>",
  );
const twilio = {
  accountSid: z.string().regex(/^AC[0-9a-fA-F]{32}$/, "must be an account SID: AC and 32 hexadecimal digits"),
  authToken: z.string().min(1).max(200),
  from: z
    .string()
    .regex(/^(\+[1-9]\d{6,14}|MG[0-9a-fA-F]{32})$/, "must be a number in E.164 or a messaging service (MG…)"),
};

/** What each kind of account needs; the fields of `secretFields` are kept encrypted and never shown again. */
export const accountSchemas = {
  smtp: z.strictObject({
    kind: z.literal("smtp"),
    host,
    port: z.int().min(1).max(65_535),
    tls: z.enum(["implicit", "starttls", "none"]).meta({ description: "none only for a server on the same machine" }),
    user: z.string().max(320).nullable().default(null),
    password: z.string().max(1000).nullable().default(null),
    from,
    ca: z
      .string()
      .max(20_000)
      .nullable()
      .default(null)
      .meta({ description: "PEM of an authority the system does not know" }),
  }),
  twilio_sms: z.strictObject({ kind: z.literal("twilio_sms"), ...twilio }),
  twilio_whatsapp: z.strictObject({ kind: z.literal("twilio_whatsapp"), ...twilio }),
  web_push: z.strictObject({
    kind: z.literal("web_push"),
    subject: z
      .string()
      .max(320)
      .regex(/^(mailto:\S+@\S+|https:\/\/\S+)$/, "must be a mailto: or https: address"),
    publicKey: z.string().max(200).optional().meta({ description: "Left out with privateKey: a new pair is made" }),
    privateKey: z.string().max(200).optional(),
  }),
  mailbox: z.strictObject({ kind: z.literal("mailbox") }),
} as const;
export const accountSchema = z.discriminatedUnion("kind", [
  accountSchemas.smtp,
  accountSchemas.twilio_sms,
  accountSchemas.twilio_whatsapp,
  accountSchemas.web_push,
  accountSchemas.mailbox,
]);
export type Account = z.output<typeof accountSchema>;

const secretFields = ["password", "authToken", "privateKey"] as const;

const kindsOf: Record<Channel, readonly ProviderKind[]> = {
  email: ["smtp", "mailbox"],
  sms: ["twilio_sms", "mailbox"],
  whatsapp: ["twilio_whatsapp", "mailbox"],
  push: ["web_push", "mailbox"],
};

/** @throws Refusal for a kind that does not serve the channel, or where no key is there to encrypt with */
export async function saveAccount(
  db: Db,
  caller: Caller,
  installation: Installation,
  channel: Channel,
  given: Account,
  ifMatch: string | null,
): Promise<AccountRow> {
  if (!kindsOf[channel].includes(given.kind))
    throw invalid("/kind", `must be one of ${kindsOf[channel].join(", ")} for ${channel}`);
  if (given.kind === "mailbox" && installation.mailboxFolder === null) {
    throw invalid("/kind", "is for development and the demo; this installation has no mailbox");
  }
  const { settings, secrets } = split(await complete(given));
  const sealed = Object.keys(secrets).length === 0 ? null : seal(installation.keyring, caller, channel, secrets);
  return transaction(db, async (tx) => {
    await takeLock(tx, caller, "policies", caller.companyId);
    const before = await findAccount(tx, caller, channel);
    assertMatch(ifMatch, String(before?.version ?? 0));
    const to = {
      channel,
      kind: given.kind,
      settings,
      secrets: sealed?.sealed ?? null,
      secret_key_id: sealed?.keyId ?? null,
      version: (before?.version ?? 0) + 1,
    };
    const now = await currentTime(tx);
    await writeAccount(tx, caller, to, now);
    await audit(
      tx,
      caller,
      {
        action: "provider.set",
        subject: { type: "provider", id: channel },
        from: before ? audited(before) : null,
        to: audited(to),
      },
      now,
    );
    return (await findAccount(tx, caller, channel)) as AccountRow;
  });
}

export async function deleteAccount(db: Db, caller: Caller, channel: Channel, ifMatch: string | null): Promise<void> {
  await transaction(db, async (tx) => {
    await takeLock(tx, caller, "policies", caller.companyId);
    const before = await findAccount(tx, caller, channel);
    if (!before) throw notFound("provider account");
    assertMatch(ifMatch, String(before.version));
    await removeAccount(tx, caller, channel);
    const subject = { type: "provider", id: channel };
    await audit(
      tx,
      caller,
      { action: "provider.remove", subject, from: audited(before), to: null },
      await currentTime(tx),
    );
  });
}

/** Without its secrets, not even encrypted. */
function audited({ kind, settings }: { kind: ProviderKind; settings: unknown }) {
  return { kind, ...(settings as object) };
}

async function complete(given: Account): Promise<Account> {
  if (given.kind !== "web_push") return given;
  if (given.publicKey !== undefined && given.privateKey !== undefined) return given;
  if (given.publicKey !== undefined || given.privateKey !== undefined) {
    throw invalid("/privateKey", "and publicKey go together: send both, or neither for a new pair");
  }
  const { default: webPush } = await import("web-push");
  return { ...given, ...webPush.generateVAPIDKeys() };
}

function split(account: Account): { settings: Record<string, unknown>; secrets: Record<string, string> } {
  const entries = Object.entries(account).filter(([name]) => name !== "kind");
  const isSecret = ([name, value]: [string, unknown]) =>
    (secretFields as readonly string[]).includes(name) && value !== null;
  return {
    settings: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
    secrets: Object.fromEntries(entries.filter(isSecret)) as Record<string, string>,
  };
}

/** Bound to company and channel: copied into another company's row, it does not decrypt. */
function ownerOf({ companyId }: Tenant, channel: Channel): string {
  return `provider account ${companyId}/${channel}`;
}

function seal(keyring: Keyring | null, tenant: Tenant, channel: Channel, secrets: object) {
  if (keyring === null) {
    throw new Refusal(
      "unavailable",
      "This installation cannot keep credentials: set FRONTDESK_SECRET_KEY and start again.",
    );
  }
  return encrypt(keyring, ownerOf(tenant, channel), JSON.stringify(secrets));
}

/** With its secrets, for connecting. @throws Error where it cannot be read or decrypted */
export function openAccount(keyring: Keyring | null, tenant: Tenant, row: AccountRow): Account {
  return accountSchema.parse({ kind: row.kind, ...(row.settings as object), ...secretsOf(keyring, tenant, row) });
}

function secretsOf(keyring: Keyring | null, tenant: Tenant, { channel, secrets, secret_key_id }: AccountRow): object {
  if (secrets === null || secret_key_id === null) return {};
  if (keyring === null) throw new Error("FRONTDESK_SECRET_KEY is not set: stored credentials cannot be read.");
  return JSON.parse(decrypt(keyring, ownerOf(tenant, channel), { keyId: secret_key_id, sealed: secrets })) as object;
}

/** Encrypts with the first key what older ones encrypted; where all could be, those can be taken out afterwards. */
export async function rotateSecretsAcrossCompanies(
  db: Db,
  keyring: Keyring,
): Promise<{ rotated: number; unreadable: { companyId: number; channel: Channel; error: string }[] }> {
  const [current] = keyring.keys;
  const unreadable: { companyId: number; channel: Channel; error: string }[] = [];
  let rotated = 0;
  for (const { id, companyId, channel, secrets, secret_key_id } of await accountsToRotateAcrossCompanies(
    db,
    current.id,
  )) {
    const owner = ownerOf({ companyId }, channel);
    const from = { keyId: secret_key_id ?? "", sealed: secrets ?? "" };
    try {
      const to = encrypt(keyring, owner, decrypt(keyring, owner, from));
      await transaction(db, async (tx) =>
        replaceSecrets(tx, { companyId }, { id, secrets: from.sealed }, to, await currentTime(tx)),
      );
      rotated++;
    } catch (error) {
      unreadable.push({ companyId, channel, error: error instanceof Error ? error.message : String(error) });
    }
  }
  return { rotated, unreadable };
}
