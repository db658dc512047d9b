import type { Socket } from "node:net";
import type { SentMessageInfo, Transporter } from "nodemailer";
import { connectTo } from "../../outbound.ts";
import { createTurns } from "../../turns.ts";
import {
  detailOf,
  inTime,
  type Message,
  notBegun,
  providerTimeoutMilliseconds,
  type Sender,
  type SendResult,
} from "./channel.ts";

export interface SmtpAccount {
  readonly host: string;
  readonly port: number;
  /** implicit: TLS from the first byte; starttls: required; none: for a server on the same machine. */
  readonly tls: "implicit" | "starttls" | "none";
  readonly user: string | null;
  readonly password: string | null;
  readonly from: string;
  /** PEM of the authority that signed the server's certificate, where the system does not know it. */
  readonly ca: string | null;
}

const connections = 5;
const connectMilliseconds = 10_000;

/**
 * Mail over one pool of connections to the account's server.
 * @param timeoutMilliseconds for one message, from its turn on
 * @param allowsPrivateNetworks false for an account that a tenant has written: it must not reach what only we can reach
 */
export function smtpSender(
  account: SmtpAccount,
  allowsPrivateNetworks: boolean,
  timeoutMilliseconds = providerTimeoutMilliseconds,
): Sender {
  let pool: ReturnType<typeof openPool> | undefined;
  // The pool would queue what exceeds its connections, and a message's time would run out before its turn: it would count
  // as uncertain, be sent again later, and still be in the queue.
  const turn = createTurns(connections);
  return {
    async send(message, mayBegin = () => true) {
      const end = await turn();
      if (!mayBegin()) {
        end();
        return { outcome: "temporary", code: notBegun, detail: "All connections to the mail server are busy." };
      }
      pool ??= openPool(account, allowsPrivateNetworks);
      const sending = pool
        .then((transport) => transport.sendMail(mailOf(message, account.from)))
        .then(sentAs, failedAs)
        .finally(end);
      return inTime(sending, timeoutMilliseconds);
    },
    close: async () => (await pool)?.close(),
  };
}

/** The package is loaded with the first mail: a server that sends none does without its memory. */
async function openPool(
  { host, port, tls, user, password, ca }: SmtpAccount,
  allowsPrivateNetworks: boolean,
): Promise<Transporter> {
  const { createTransport } = await import("nodemailer");
  return createTransport({
    pool: true,
    maxConnections: connections,
    maxMessages: 500,
    // By itself it would send what a lost connection left uncertain once more, unseen by the state machine.
    maxRequeues: 0,
    host,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    ...(user === null ? {} : { auth: { user, pass: password ?? "" } }),
    ...(ca === null ? {} : { tls: { ca } }),
    getSocket: (_: unknown, callback: (error: Error | null, options?: { connection: Socket } | false) => void) => {
      connectTo({ host, port, milliseconds: connectMilliseconds }, allowsPrivateNetworks).then(
        (connection) => callback(null, { connection }),
        (error: Error) => callback(error),
      );
    },
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** The same delivery has the same Message-ID, however often it is handed over. */
export function messageIdOf(publicId: string, from: string): string {
  return `<${publicId}@${/@([\w.-]+)/.exec(from)?.[1] ?? "frontdesk.invalid"}>`;
}

function mailOf({ publicId, to, toName, content, unsubscribeLink }: Message, from: string) {
  const unsubscribe = {
    "List-Unsubscribe": `<${unsubscribeLink}>`,
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  };
  return {
    from,
    to: { name: toName, address: to },
    subject: content.subject ?? "",
    text: content.text,
    ...(content.html === null ? {} : { html: content.html }),
    messageId: messageIdOf(publicId, from),
    headers: { "Auto-Submitted": "auto-generated", ...(unsubscribeLink === "" ? {} : unsubscribe) },
  };
}

function sentAs({ response }: SentMessageInfo): SendResult {
  return { outcome: "sent", reference: (response ?? "").replaceAll(/[^\x20-\x7e]/g, "").slice(0, 200) };
}

interface SmtpError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
  readonly command?: string;
}

/** 5xx is for good, save a refused login, which people mend; a connection lost after DATA says nothing. */
function failedAs(error: SmtpError): SendResult {
  const detail = detailOf(error);
  const { responseCode, code = "smtp", command = "" } = error;
  if (code === "EAUTH") return { outcome: "temporary", code: "auth", detail };
  if (responseCode !== undefined && responseCode >= 500)
    return { outcome: "permanent", code: String(responseCode), detail };
  if (responseCode !== undefined && responseCode >= 400)
    return { outcome: "temporary", code: String(responseCode), detail };
  if (code === "EENVELOPE") return { outcome: "permanent", code: "envelope", detail };
  const isPastData =
    command === "DATA" || /closed unexpectedly|socket close|connection was closed/i.test(error.message);
  return { outcome: isPastData ? "ambiguous" : "temporary", code: code.toLowerCase().slice(0, 60), detail };
}
