import type { Db } from "../db/connect.ts";
import type { ProviderKind } from "../db/schema.ts";
import { transaction } from "../db/transaction.ts";
import type { Installation } from "../installation.ts";
import type { Tenant } from "../tenant.ts";
import { type AccountRow, findAccount, removeSubscription, subscriptionsOf } from "./account-store.ts";
import { type Account, openAccount } from "./accounts.ts";
import type { Channel } from "./catalogue.ts";
import type { Sender } from "./channels/channel.ts";
import { mailboxSender } from "./channels/mailbox.ts";
import { type SmtpAccount, smtpSender } from "./channels/smtp.ts";
import { twilioSender } from "./channels/twilio.ts";
import { webPushSender } from "./channels/web-push.ts";

export interface Connected {
  readonly kind: ProviderKind;
  readonly sender: Sender;
}

/** The connected accounts of a process. */
export interface Senders {
  /** What sends for the company on the channel; null where nothing does. */
  for(db: Db, tenant: Tenant, channel: Channel): Promise<Connected | null>;
  close(): Promise<void>;
}

const keptOpen = 200;

/** One sender for each account and version of it, under a key that names the company: no two share credentials. */
export function createSenders(installation: Installation): Senders {
  const open = new Map<string, Connected>();

  function kept(key: string, make: () => Connected): Connected {
    const known = open.get(key) ?? make();
    open.delete(key);
    open.set(key, known);
    const [oldest] = open.keys();
    if (open.size > keptOpen && oldest !== undefined) {
      void open.get(oldest)?.sender.close();
      open.delete(oldest);
    }
    return known;
  }

  return {
    async for(db, tenant, channel) {
      const row = await findAccount(db, tenant, channel);
      if (row)
        return kept(`company ${tenant.companyId} ${channel} ${row.version}`, () =>
          connect(db, tenant, installation, row),
        );
      const { mail } = installation;
      if (channel !== "email" || mail === null) return null;
      return kept("installation email", () => ({ kind: "smtp", sender: smtpSender(accountOfUrl(mail), true) }));
    },
    close: async () => void (await Promise.all([...open.values()].map(({ sender }) => sender.close()))),
  };
}

/** What is made of an account; also for a test send. */
export function connect(db: Db, tenant: Tenant, installation: Installation, row: AccountRow): Connected {
  return { kind: row.kind, sender: senderOf(db, tenant, installation, openAccount(installation.keyring, tenant, row)) };
}

function senderOf(db: Db, tenant: Tenant, installation: Installation, account: Account): Sender {
  switch (account.kind) {
    case "smtp":
      return smtpSender(account, installation.allowsPrivateNetworks);
    case "twilio_sms":
      return twilioSender({ ...account, baseUrl: installation.twilioUrl }, "");
    case "twilio_whatsapp":
      return twilioSender({ ...account, baseUrl: installation.twilioUrl }, "whatsapp:");
    case "web_push": {
      const { subject, publicKey = "", privateKey = "" } = account;
      return webPushSender(
        { subject, publicKey, privateKey },
        {
          of: (staffId) => subscriptionsOf(db, tenant, staffId),
          forget: async (endpoint) => void (await transaction(db, (tx) => removeSubscription(tx, tenant, endpoint))),
        },
        installation.allowsPrivateNetworks,
      );
    }
    case "mailbox":
      return mailboxSender(installation.mailboxFolder ?? "");
  }
}

/** `smtps://user:password@host:465` or `smtp://host:25`; over smtp STARTTLS is required save on this machine. */
export function accountOfUrl({ url, from }: { url: string; from: string }): SmtpAccount {
  const { protocol, hostname, port, username, password } = new URL(url);
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  const tls = protocol === "smtps:" ? "implicit" : isLocal ? "none" : "starttls";
  return {
    host: hostname,
    port: port === "" ? (tls === "implicit" ? 465 : 587) : Number(port),
    tls,
    user: username === "" ? null : decodeURIComponent(username),
    password: password === "" ? null : decodeURIComponent(password),
    from,
    ca: null,
  };
}
