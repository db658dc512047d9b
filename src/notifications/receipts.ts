import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import type { Installation } from "../installation.ts";
import type { Tenant } from "../tenant.ts";
import { findAccount } from "./account-store.ts";
import { openAccount } from "./accounts.ts";
import { isSignedByTwilio, receiptOf } from "./channels/twilio.ts";
import { hasListeners, tellOfDelivery } from "./delivery-events.ts";
import { type DeliveryRow, findByPublicId, insertRemark, updateReceipt } from "./delivery-store.ts";
import type { MailReport } from "./mail-report.ts";

export interface StatusCallback {
  readonly companyId: number;
  readonly publicId: string;
  /** As Twilio computed it: with the public address. */
  readonly url: string;
  readonly signature: string;
  readonly form: Readonly<Record<string, string>>;
}

/** Notes what Twilio reports of a message. @returns false for one that its account did not sign, or that is unknown */
export async function noteTwilioStatus(db: Db, installation: Installation, callback: StatusCallback): Promise<boolean> {
  const tenant = { companyId: callback.companyId };
  const { form } = callback;
  const delivery = await findByPublicId(db, tenant, callback.publicId);
  const row = delivery && (await findAccount(db, tenant, delivery.channel));
  if (!row || row.secrets === null) return false;
  const account = openAccount(installation.keyring, tenant, row);
  if (!("authToken" in account)) return false;
  if (!isSignedByTwilio(account.authToken, callback.url, form, callback.signature)) return false;
  const receipt = receiptOf(form.MessageStatus ?? "");
  if (receipt === null) return true;
  const errorCode = (form.ErrorCode ?? "").replaceAll(/[^\w.-]/g, "").slice(0, 60) || null;
  await transaction(db, (tx) => note(tx, tenant, delivery, receipt, errorCode));
  return true;
}

/**
 * Notes what a mail server reports of a mail: a bounce reaches us as a mail to its sender, which the host hands on.
 * @returns null where no delivery of the company has that Message-ID
 */
export async function noteMailReport(db: Db, tenant: Tenant, { outcome, status, messageId }: MailReport) {
  const publicId = /^([0-9a-f-]{36})@/.exec(messageId ?? "")?.[1] ?? "";
  const delivery = await findByPublicId(db, tenant, publicId);
  if (delivery?.channel !== "email") return null;
  return transaction(db, async (tx) => {
    if (outcome !== "delayed") await note(tx, tenant, delivery, outcome, status);
    return { deliveryId: delivery.id, outcome };
  });
}

/** Notes what somebody reports whose word is taken. @returns false where the company has no such delivery */
export async function noteReceipt(db: Db, tenant: Tenant, publicId: string, ...report: Report): Promise<boolean> {
  const delivery = await findByPublicId(db, tenant, publicId);
  if (!delivery) return false;
  await transaction(db, (tx) => note(tx, tenant, delivery, ...report));
  return true;
}

type Report = [receipt: "delivered" | "bounced", errorCode: string | null];

/** Once: what is reported again changes nothing. */
async function note(tx: Tx, tenant: Tenant, delivery: DeliveryRow, ...[receipt, errorCode]: Report): Promise<void> {
  const now = await currentTime(tx);
  const code = receipt === "bounced" ? errorCode : null;
  const isNews = await updateReceipt(tx, tenant, delivery.id, receipt, code, now);
  if (!isNews) return;
  await insertRemark(tx, tenant, delivery, receipt, code, now);
  const end = { status: receipt, errorCode: code, fallsBack: delivery.hasFallenBack };
  if (await hasListeners(tx, tenant)) await tellOfDelivery(tx, tenant, delivery, end, now);
}
