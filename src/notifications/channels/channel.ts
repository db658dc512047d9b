import type { Channel } from "../catalogue.ts";
import type { Content } from "../templates.ts";

/** One message on its way through a provider. */
export interface Message {
  /** The delivery's own id towards the outside; the same for every attempt. */
  readonly publicId: string;
  readonly channel: Channel;
  readonly to: string;
  readonly toName: string;
  readonly content: Content;
  /** For one-click unsubscribing; empty where there is none. */
  readonly unsubscribeLink: string;
  /** Where the provider reports what became of it; empty where it cannot reach us. */
  readonly statusUrl: string;
}

export type SendResult =
  /** The provider has taken it. */
  | { readonly outcome: "sent"; readonly reference: string | null }
  /** It may work later. */
  | {
      readonly outcome: "temporary";
      readonly code: string;
      readonly detail: string;
      readonly retryAfterSeconds?: number;
    }
  /** It will never work this way. */
  | { readonly outcome: "permanent"; readonly code: string; readonly detail: string }
  /** Nobody knows whether the provider has taken it. */
  | { readonly outcome: "ambiguous"; readonly code: string; readonly detail: string };

/** Whether the provider knows of a message whose sending ended ambiguously. */
export type Finding = { readonly found: true; readonly reference: string } | { readonly found: false };

/** A connected account of a provider. */
export interface Sender {
  /**
   * Never throws: what goes wrong is a result.
   * @param mayBegin asked when nothing has to be waited for any more, right before the provider is called; if it says
   *   no, the result is `temporary` with the code `notBegun`
   */
  send(message: Message, mayBegin?: () => boolean): Promise<SendResult>;
  /**
   * For providers that would send a second time: looks a message up. Without it, sending again is harmless: the same
   * Message-ID, or the same topic, stands for the same message. @throws when the provider cannot tell
   */
  find?(message: Message, sinceMs: number): Promise<Finding>;
  close(): Promise<void>;
}

/** Nothing was sent: the wait for a connection took too long. */
export const notBegun = "notBegun";

/** A call to a provider takes no longer; a lease is more than twice this. */
export const providerTimeoutMilliseconds = 30_000;

/** Whatever the provider's client does, an attempt ends in time. */
export async function inTime(
  sending: Promise<SendResult>,
  milliseconds = providerTimeoutMilliseconds,
): Promise<SendResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<SendResult>((resolve) => {
    const detail = `The provider did not answer within ${milliseconds / 1000} s.`;
    timer = setTimeout(() => resolve({ outcome: "ambiguous", code: "timeout", detail }), milliseconds);
  });
  return Promise.race([sending, late]).finally(() => clearTimeout(timer));
}

/** What is kept of a provider's words: no line breaks, no addresses, not too long. */
export function detailOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[^\s<>"]+@[^\s<>"]+/g, "…@…")
    .replaceAll(/\+?\d[\d ]{6,}\d/g, (number) => `…${number.slice(-2)}`)
    .slice(0, 500);
}
