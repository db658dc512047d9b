import { randomUUID } from "node:crypto";
import type { Installation } from "../installation.ts";
import { sendMail } from "./installation-mail.ts";

/** Whether there is anybody to tell. */
export function hasOperators({ operators, mail }: Installation): boolean {
  return operators.webhook !== null || (operators.email !== null && mail !== null);
}

/** To the installation's operators, by the channels that it has. @returns whether one of them took it */
export async function tellOperators(
  installation: Installation,
  { alerts, lines }: { alerts: readonly object[]; lines: readonly string[] },
): Promise<boolean> {
  const { operators, mail } = installation;
  const content = { subject: "Frontdesk needs attention", text: `${lines.join("\n")}\n`, html: null };
  const letter = { publicId: randomUUID(), to: operators.email ?? "", toName: "", content };
  const isTold = await Promise.all([
    operators.webhook === null ? false : post(operators.webhook, { alerts }),
    operators.email === null || mail === null ? false : sendMail(installation, letter),
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
