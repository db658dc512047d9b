import { randomUUID } from "node:crypto";
import type { Installation } from "../installation.ts";
import { sendMail } from "../notifications/installation-mail.ts";
import { mailHtml } from "../notifications/mail-layout.ts";

/** Mails to people who work here. They come from the installation, not from a company's own account. */

export interface Letter {
  readonly subject: string;
  /** Paragraphs with an empty line between them, the link at the end of one. */
  readonly text: string;
  readonly link: string;
  readonly locale: string;
  readonly company: string;
}

interface Recipient {
  readonly name: string;
  readonly companyName: string | null;
  readonly locale: string | null;
}

export function invitationMail(recipient: Recipient, link: string): Letter {
  const company = recipient.companyName ?? "Frontdesk";
  return letter(recipient, link, {
    de: [
      `Ihr Zugang zu ${company}`,
      `Guten Tag ${recipient.name},`,
      `${company} hat Ihnen einen Zugang eingerichtet. Wählen Sie ein Passwort, dann können Sie sich anmelden.`,
      `Passwort wählen: ${link}`,
      "Der Link gilt sieben Tage.",
    ],
    en: [
      `Your access to ${company}`,
      `Hello ${recipient.name},`,
      `${company} has given you access. Choose a password, then you can sign in.`,
      `Choose a password: ${link}`,
      "The link is valid for seven days.",
    ],
  });
}

export function resetMail(recipient: Recipient, link: string): Letter {
  return letter(recipient, link, {
    de: [
      "Ein neues Passwort",
      `Guten Tag ${recipient.name},`,
      "jemand möchte für Ihren Zugang ein neues Passwort wählen. Waren Sie das nicht, tun Sie nichts: Ihr Passwort bleibt.",
      `Neues Passwort wählen: ${link}`,
      "Der Link gilt eine Stunde. Wer ihn nutzt, wird überall sonst abgemeldet.",
    ],
    en: [
      "A new password",
      `Hello ${recipient.name},`,
      "somebody wants to choose a new password for your access. If it was not you, do nothing: your password stays.",
      `Choose a new password: ${link}`,
      "The link is valid for an hour. Using it signs you out everywhere else.",
    ],
  });
}

function letter(
  { companyName, locale }: Recipient,
  link: string,
  words: Readonly<Record<"de" | "en", readonly [subject: string, ...paragraphs: string[]]>>,
): Letter {
  const language = locale?.startsWith("de") ? "de" : "en";
  const [subject, ...paragraphs] = words[language];
  return { subject, text: paragraphs.join("\n\n"), link, locale: language, company: companyName ?? "Frontdesk" };
}

/** @returns false where this installation sends no mails, or the server did not take it */
export async function sendToPerson(
  installation: Installation,
  { email, name }: { readonly email: string; readonly name: string },
  { subject, text, link, locale, company }: Letter,
): Promise<boolean> {
  const reading = { locale, recipientName: name, manageLink: link, unsubscribeLink: "" };
  const html = mailHtml({ subject, text, company, reading });
  return sendMail(installation, { publicId: randomUUID(), to: email, toName: name, content: { subject, text, html } });
}
