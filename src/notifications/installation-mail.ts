import type { Installation } from "../installation.ts";
import type { Message, Sender } from "./channels/channel.ts";
import { mailboxSender } from "./channels/mailbox.ts";
import { smtpSender } from "./channels/smtp.ts";
import { accountOfUrl } from "./senders.ts";

/** Whether the installation itself has a way to send mails. */
export function sendsMail({ mail, mailboxFolder }: Installation): boolean {
  return mail !== null || mailboxFolder !== null;
}

/** From the installation itself, whatever accounts companies have. @returns whether it was taken */
export async function sendMail(
  installation: Installation,
  message: Pick<Message, "publicId" | "to" | "toName" | "content">,
): Promise<boolean> {
  const sender = senderOf(installation);
  if (sender === null) return false;
  return sender
    .send({ channel: "email", unsubscribeLink: "", statusUrl: "", ...message })
    .then(({ outcome }) => outcome === "sent")
    .finally(() => sender.close());
}

function senderOf({ mail, mailboxFolder }: Installation): Sender | null {
  if (mail !== null) return smtpSender(accountOfUrl(mail), true);
  return mailboxFolder === null ? null : mailboxSender(mailboxFolder);
}
