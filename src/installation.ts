import type { Keyring } from "./secrets.ts";

/** What the whole installation shares, from its environment. */
export interface Installation {
  /** Null where FRONTDESK_SECRET_KEY is not set: no credentials can be kept and no links be signed. */
  readonly keyring: Keyring | null;
  /** Where people and providers reach this server, without a slash at its end; null for no links. */
  readonly publicUrl: string | null;
  /** For companies that have no mail account of their own. */
  readonly mail: { readonly url: string; readonly from: string } | null;
  /** Where the local mailbox writes its messages; null where there is none. */
  readonly mailboxFolder: string | null;
  /** Operators are told when the newest backup is older; null: never. */
  readonly backupMaxAgeHours: number | null;
  readonly operators: { readonly email: string | null; readonly webhook: string | null };
  /** Another address for Twilio's API, for tests. */
  readonly twilioUrl: string;
  /** Whether a tenant's webhooks and mail servers may lie in private networks. */
  readonly allowsPrivateNetworks: boolean;
}

export const bareInstallation: Installation = {
  keyring: null,
  publicUrl: null,
  mail: null,
  mailboxFolder: null,
  backupMaxAgeHours: null,
  operators: { email: null, webhook: null },
  twilioUrl: "https://api.twilio.com",
  allowsPrivateNetworks: false,
};
