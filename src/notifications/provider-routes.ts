import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Db } from "../db/connect.ts";
import { providerKinds } from "../db/schema.ts";
import { notFound, Refusal } from "../errors.ts";
import { type Route, route } from "../http/route.ts";
import type { Installation } from "../installation.ts";
import type { Caller } from "../tenant.ts";
import { type AccountRow, findAccount, listAccounts } from "./account-store.ts";
import { accountSchema, deleteAccount, saveAccount } from "./accounts.ts";
import type { Channel } from "./catalogue.ts";
import { smtpSender } from "./channels/smtp.ts";
import { channelField, tag } from "./route-fields.ts";
import { accountOfUrl, connect } from "./senders.ts";

const params = z.object({ channel: channelField });
const account = z
  .object({
    channel: channelField,
    kind: z.enum(providerKinds),
    settings: z.record(z.string(), z.unknown()).meta({ description: "Without its secrets, which are never shown" }),
    version: z.int().min(1),
  })
  .meta({ id: "ProviderAccount" });
const etag = ({ version }: { version: number }) => String(version);

export const providerRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/notification-providers",
    tag,
    permission: "notifications:read",
    summary: "The company's accounts, one for each channel that it has one for",
    reply: z.object({ items: z.array(account) }),
    handle: async ({ db, caller }) => ({ items: (await listAccounts(db, caller)).map(viewOf) }),
  }),
  route({
    method: "PUT",
    path: "/notification-providers/:channel",
    tag,
    permission: "providers:write",
    summary: "Set what sends on a channel; secrets are kept encrypted",
    params,
    body: accountSchema.meta({ id: "ProviderAccountSettings" }),
    reply: account,
    etag,
    honoursIfMatch: true,
    handle: async ({ db, caller, params, body, ifMatch, installation }) =>
      viewOf(await saveAccount(db, caller, installation, params.channel, body, ifMatch)),
  }),
  route({
    method: "DELETE",
    path: "/notification-providers/:channel",
    tag,
    permission: "providers:write",
    summary: "Remove an account; what is planned for its channel is then skipped, and says so",
    params,
    reply: z.undefined(),
    status: 204,
    honoursIfMatch: true,
    handle: ({ db, caller, params, ifMatch }) =>
      deleteAccount(db, caller, params.channel, ifMatch) as Promise<undefined>,
  }),
  route({
    method: "POST",
    path: "/notification-providers/:channel/test",
    tag,
    permission: "providers:write",
    summary: "Really send a test message, and say what the provider answered",
    params,
    body: z
      .strictObject({
        to: z
          .string()
          .min(1)
          .max(320)
          .regex(/^[^\s<>,]+$/)
          .meta({ description: "A mail address, a number in E.164, or for push a staff member's id" }),
      })
      .meta({ id: "TestMessage" }),
    reply: z
      .object({
        outcome: z.enum(["sent", "temporary", "permanent", "ambiguous"]),
        code: z.string().nullable(),
        detail: z.string().nullable(),
        reference: z.string().nullable(),
      })
      .meta({ id: "TestResult" }),
    handle: ({ db, caller, params, body, installation }) => sendTest(db, caller, installation, params.channel, body.to),
  }),
];

function viewOf({ channel, kind, settings, version }: AccountRow) {
  return { channel, kind, settings: settings as Record<string, unknown>, version };
}

async function sendTest(
  { beforeCommit: _, ...db }: Db,
  caller: Caller,
  installation: Installation,
  channel: Channel,
  to: string,
) {
  const row = await findAccount(db, caller, channel);
  const { mail } = installation;
  if (!row && (channel !== "email" || mail === null)) throw notFound("provider account");
  const sender = row
    ? opened(db, caller, installation, row)
    : smtpSender(accountOfUrl(mail ?? { url: "", from: "" }), true);
  const text =
    "Dies ist eine Testnachricht. Der Versand ist richtig eingerichtet.\nThis is a test message. Sending is set up correctly.\n";
  const subject = channel === "email" || channel === "push" ? "Frontdesk: Test" : null;
  const content = { subject, text, html: null };
  try {
    const result = await sender.send({
      publicId: randomUUID(),
      channel,
      to,
      toName: "",
      content,
      unsubscribeLink: "",
      statusUrl: "",
    });
    if (result.outcome === "sent")
      return { outcome: result.outcome, code: null, detail: null, reference: result.reference };
    return { outcome: result.outcome, code: result.code, detail: result.detail, reference: null };
  } finally {
    await sender.close();
  }
}

function opened(db: Db, caller: Caller, installation: Installation, row: AccountRow) {
  try {
    return connect(db, caller, installation, row).sender;
  } catch {
    throw new Refusal(
      "conflict",
      "The account's secrets cannot be read with this installation's keys. Set the account again.",
    );
  }
}
