import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { Webhook } from "standardwebhooks";
import { assertReachable, lookupFor, PrivateAddress } from "../outbound.ts";

export interface WebhookMessage {
  readonly url: string;
  readonly messageId: string;
  readonly body: string;
  readonly secret: string;
}

/** What came of one attempt: a status and the beginning of the answer, or what went wrong. */
export interface Answer {
  readonly status: number | null;
  readonly body: string | null;
  readonly error: string | null;
}

/** A lease on a delivery is more than twice as long. */
export const timeoutMilliseconds = 15_000;
const keptBytes = 1024;

/**
 * Posts a message, signed as Standard Webhooks says, over the very bytes that are sent. Redirects are not followed: what
 * they lead to was not checked. Never rejects.
 */
export async function postWebhook(
  message: WebhookMessage,
  { allowsPrivateNetworks, sentAt }: { allowsPrivateNetworks: boolean; sentAt: Date },
): Promise<Answer> {
  try {
    const url = new URL(message.url);
    assertReachable(url.hostname, allowsPrivateNetworks);
    return await exchange(url, headersOf(message, sentAt), Buffer.from(message.body), allowsPrivateNetworks);
  } catch (error) {
    return { status: null, body: null, error: wordsFor(error) };
  }
}

function headersOf({ messageId, body, secret }: WebhookMessage, sentAt: Date): Record<string, string> {
  return {
    "content-type": "application/json",
    "user-agent": "Frontdesk",
    "webhook-id": messageId,
    "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(messageId, sentAt, body),
  };
}

function exchange(url: URL, headers: Record<string, string>, body: Buffer, allows: boolean): Promise<Answer> {
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: "POST",
      headers: { ...headers, "content-length": body.length },
      agent: false,
      lookup: lookupFor(allows),
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    request.on("error", reject);
    request.on("response", (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      const end = () => {
        const text = Buffer.concat(parts).subarray(0, keptBytes).toString("utf8").replaceAll("\0", "");
        resolve({ status: response.statusCode ?? 0, body: text, error: null });
        request.destroy();
      };
      response.on("data", (part: Buffer) => {
        parts.push(part);
        size += part.length;
        if (size >= keptBytes) end();
      });
      response.on("end", end);
      response.on("error", reject);
    });
    request.end(body);
  });
}

function wordsFor(error: unknown): string {
  if (error instanceof PrivateAddress) return error.message;
  if (error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError")) {
    return `There was no answer within ${timeoutMilliseconds / 1000} s.`;
  }
  const { code, message } = error as NodeJS.ErrnoException;
  return (code ?? message).slice(0, 500);
}
