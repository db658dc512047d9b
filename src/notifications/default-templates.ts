import type { NotificationEvent } from "./catalogue.ts";

/** What an event says by itself in one language: a mail's subject and text, and the short form for SMS, WhatsApp and push. */
export interface DefaultTemplate {
  readonly subject: string;
  readonly text: string;
  readonly short: string;
}

export type DefaultTemplates = { readonly [E in NotificationEvent]: DefaultTemplate };
