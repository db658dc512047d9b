import { randomUUID } from "node:crypto";
import type { Installation } from "../installation.ts";
import { smtpSender } from "./channels/smtp.ts";
import { accountOfUrl } from "./senders.ts";

/** Whether there is anybody to tell. */
export function hasOperators({ operators, mail }: Installation): boolean {
  return operators.webhook !== null || (operators.email !== null && mail !== null);
}

/** To the installation's operators, by the channels that it has. @returns whether one of them took it */
export async function tellOperators(
  { operators, mail }: Installation,
  { alerts, lines }: { alerts: readonly object[]; lines: readonly string[] },
): Promise<boolean> {
  const isTold = await Promise.all([
    operators.webhook === null ? false : post(operators.webhook, { alerts }),
    operators.email === null || mail === null ? false : sendMail(mail, operators.email, lines.join("\n")),
  ]);
  return isTold.includes(true);
}

async function post(url: string, body: object): Promise<boolean> {
  const headers = { "content-type": "application/json" };
  const reply = await fetch(url, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  }).catch(() => null);
  return reply?.ok ?? false;
}

async function sendMail(mail: NonNullable<Installation["mail"]>, to: string, text: string): Promise<boolean> {
  const sender = smtpSender(accountOfUrl(mail), true);
  const content = { subject: "Frontdesk needs attention", text: `${text}\n`, html: null };
  const message = {
    publicId: randomUUID(),
    channel: "email",
    to,
    toName: "",
    content,
    unsubscribeLink: "",
    statusUrl: "",
  } as const;
  return sender
    .send(message)
    .then(({ outcome }) => outcome === "sent")
    .finally(() => sender.close());
}
