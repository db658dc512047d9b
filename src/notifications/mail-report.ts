/** What a mail server reports of a message that it took from us. */
export interface MailReport {
  readonly outcome: "bounced" | "delivered" | "delayed";
  /** The enhanced status code, like 5.1.1; null where the report names none. */
  readonly status: string | null;
  /** Of the message that is reported on, without its brackets; null where the report does not say. */
  readonly messageId: string | null;
}

/** RFC 3464's actions; what was handed on or expanded may still come back. */
const outcomes: Record<string, MailReport["outcome"]> = {
  failed: "bounced",
  delivered: "delivered",
  delayed: "delayed",
  relayed: "delayed",
  expanded: "delayed",
};

/**
 * Reads a delivery status notification (RFC 3464), as mail servers send it to a message's sender.
 * @param source the whole mail
 * @returns null for any other mail
 */
export async function readMailReport(source: string): Promise<MailReport | null> {
  const { default: PostalMime } = await import("postal-mime");
  const { attachments, headers } = await PostalMime.parse(source, { forceRfc822Attachments: true }).catch(() => ({
    attachments: [],
    headers: [],
  }));
  const isReport = headers.some(
    ({ key, value }) => key === "content-type" && /report-type="?delivery-status/i.test(value),
  );
  const report = attachments.find(({ mimeType }) => /^message\/(global-)?delivery-status$/i.test(mimeType));
  if (!isReport || report === undefined) return null;
  const fields = fieldsIn(textOf(report.content));
  const outcome = outcomes[(fields.action ?? "").toLowerCase()];
  if (outcome === undefined) return null;
  const original = attachments.find(({ mimeType }) => /^(message\/rfc822|text\/rfc822-headers)$/i.test(mimeType));
  const messageId = /^<([^<>\s]{1,250})>$/.exec(fieldsIn(textOf(original?.content ?? "")).messageid ?? "")?.[1] ?? null;
  return { outcome, status: /^[245]\.\d{1,3}\.\d{1,3}/.exec(fields.status ?? "")?.[0] ?? null, messageId };
}

function textOf(content: ArrayBuffer | Uint8Array | string): string {
  return typeof content === "string" ? content : new TextDecoder().decode(content);
}

/** Of its header-like lines the first of each name; names without their hyphens, folded lines joined. */
function fieldsIn(text: string): Readonly<Record<"action" | "status" | "messageid", string | undefined>> {
  const fields: Record<string, string> = {};
  for (const line of text.replaceAll(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    const [, name = "", value = ""] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
    const key = name.toLowerCase().replaceAll("-", "");
    fields[key] ??= value.trim();
  }
  return fields as ReturnType<typeof fieldsIn>;
}
