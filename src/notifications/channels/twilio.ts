import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import {
  detailOf,
  type Finding,
  inTime,
  type Message,
  providerTimeoutMilliseconds,
  type Sender,
  type SendResult,
} from "./channel.ts";

export interface TwilioAccount {
  readonly accountSid: string;
  readonly authToken: string;
  /** A number in E.164, or a messaging service (MG…). */
  readonly from: string;
  readonly baseUrl: string;
}

const created = z.object({ sid: z.string() });
const failure = z.object({ code: z.number().optional(), message: z.string().optional() });
const list = z.object({
  messages: z.array(z.object({ sid: z.string(), body: z.string().nullable(), date_created: z.string() })),
});

/** SMS and WhatsApp by Twilio's Messages resource, which knows no idempotency key: an ambiguous end is looked up. */
export function twilioSender(account: TwilioAccount, prefix: "" | "whatsapp:"): Sender {
  return {
    send: (message) => inTime(post(account, prefix, message)),
    find: (message, sinceMs) => find(account, prefix, message, sinceMs),
    close: async () => {},
  };
}

async function post(account: TwilioAccount, prefix: string, message: Message): Promise<SendResult> {
  const sender = account.from.startsWith("MG")
    ? { MessagingServiceSid: account.from }
    : { From: prefix + account.from };
  const callback = message.statusUrl === "" ? {} : { StatusCallback: message.statusUrl };
  const form = { To: prefix + message.to, ...sender, Body: message.content.text.trim(), ...callback };
  let reply: Response;
  try {
    reply = await request(account, "/Messages.json", { method: "POST", body: new URLSearchParams(form) });
  } catch (error) {
    return {
      outcome: neverArrived(error) ? "temporary" : "ambiguous",
      code: "network",
      detail: detailOf(causeOf(error)),
    };
  }
  const body: unknown = await reply.json().catch(() => ({}));
  if (reply.ok) {
    const { data } = created.safeParse(body);
    if (data) return { outcome: "sent", reference: data.sid };
    return { outcome: "ambiguous", code: "reply", detail: "Twilio's reply names no message." };
  }
  return refusedAs(reply, failure.safeParse(body).data ?? {});
}

function refusedAs({ status, headers }: Response, { code, message }: z.infer<typeof failure>): SendResult {
  const detail = detailOf(message ?? `HTTP ${status}`);
  const name = String(code ?? status);
  if (status === 429) {
    const seconds = Number(headers.get("retry-after"));
    return { outcome: "temporary", code: name, detail, ...(seconds > 0 ? { retryAfterSeconds: seconds } : {}) };
  }
  if (status >= 500) return { outcome: "ambiguous", code: name, detail };
  return {
    outcome: status === 401 || status === 403 || status === 408 ? "temporary" : "permanent",
    code: name,
    detail,
  };
}

/** The same words to the same number, made since the first attempt. */
async function find(account: TwilioAccount, prefix: string, message: Message, sinceMs: number): Promise<Finding> {
  const day = new Date(sinceMs - 60_000).toISOString().slice(0, 10);
  const query = new URLSearchParams({ To: prefix + message.to, "DateSent>": day, PageSize: "100" });
  const reply = await request(account, `/Messages.json?${query}`, { method: "GET" });
  if (!reply.ok) throw new Error(`Twilio answered ${reply.status} when asked for a message.`);
  const { messages } = list.parse(await reply.json());
  const body = message.content.text.trim();
  const match = messages.find(
    (each) => each.body?.trim() === body && Date.parse(each.date_created) >= sinceMs - 60_000,
  );
  return match ? { found: true, reference: match.sid } : { found: false };
}

function request(account: TwilioAccount, path: string, init: RequestInit): Promise<Response> {
  const { accountSid, authToken, baseUrl } = account;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;
  return fetch(`${baseUrl}/2010-04-01/Accounts/${accountSid}${path}`, {
    ...init,
    headers: { authorization, accept: "application/json" },
    signal: AbortSignal.timeout(providerTimeoutMilliseconds - 2000),
    redirect: "error",
  });
}

function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause ? error.cause : error;
}

/** No connection was made, so nothing was sent. */
function neverArrived(error: unknown): boolean {
  const { code } = causeOf(error) as { code?: string };
  return code !== undefined && ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"].includes(code);
}

/** Twilio's X-Twilio-Signature: HMAC-SHA1 over the URL and the form's fields, sorted by name. */
export function isSignedByTwilio(
  authToken: string,
  url: string,
  form: Readonly<Record<string, string>>,
  signature: string,
): boolean {
  const text =
    url +
    Object.keys(form)
      .sort()
      .map((key) => key + form[key])
      .join("");
  const expected = createHmac("sha1", authToken).update(text, "utf8").digest();
  const sent = Buffer.from(signature, "base64");
  return sent.length === expected.length && timingSafeEqual(sent, expected);
}

/** What a status that Twilio reports means; null for one on the way. */
export function receiptOf(status: string): "delivered" | "bounced" | null {
  if (status === "delivered" || status === "read") return "delivered";
  return status === "undelivered" || status === "failed" ? "bounced" : null;
}
