import { currentTime, type Db } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import type { Installation } from "../installation.ts";
import { findAccount } from "./account-store.ts";
import { openAccount } from "./accounts.ts";
import { isSignedByTwilio, receiptOf } from "./channels/twilio.ts";
import { findByPublicId, insertRemark, updateReceipt } from "./delivery-store.ts";

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
  await transaction(db, async (tx) => {
    const now = await currentTime(tx);
    const errorCode =
      receipt === "bounced" ? (form.ErrorCode ?? "").replaceAll(/[^\w.-]/g, "").slice(0, 60) || null : null;
    await updateReceipt(tx, tenant, delivery.id, receipt, errorCode, now);
    await insertRemark(tx, tenant, delivery, receipt, errorCode, now);
  });
  return true;
}
