import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Db } from "../db/connect.ts";
import { acceptForms, html, type Markup, sendPage } from "../http/html.ts";
import type { Installation } from "../installation.ts";
import { readUnsubscribeLink } from "./links.ts";
import { optOut } from "./preferences.ts";
import { noteTwilioStatus } from "./receipts.ts";

interface Public {
  readonly db: Db;
  readonly installation: Installation;
}

/** What people and providers call who have no key: each link is signed, each report too. */
export async function mountPublicPages(app: FastifyInstance, { db, installation }: Public): Promise<void> {
  await app.register((pages, _options, registered) => {
    acceptForms(pages);

    pages.get<{ Params: { token: string } }>("/u/:token", async ({ params }, reply) =>
      readUnsubscribeLink(installation, params.token) === null
        ? page(reply, 404, "Link ungültig · Invalid link", notValid)
        : page(reply, 200, "Abbestellen · Unsubscribe", question),
    );

    // RFC 8058: mail programs post here by themselves, without cookies and without asking anything.
    pages.post<{ Params: { token: string } }>("/u/:token", async ({ params }, reply) => {
      const link = readUnsubscribeLink(installation, params.token);
      if (link === null) return page(reply, 404, "Link ungültig · Invalid link", notValid);
      await optOut(db, link, link, { kind: link.kind, channel: "email", event: null });
      return page(reply, 200, "Abbestellt · Unsubscribed", done);
    });

    pages.post<{ Params: { companyId: string; publicId: string } }>(
      "/hooks/twilio/:companyId/:publicId",
      async (request, reply) => takeStatus({ db, installation }, request, reply),
    );
    registered();
  });
}

async function takeStatus(
  { db, installation }: Public,
  request: FastifyRequest<{ Params: { companyId: string; publicId: string } }>,
  reply: FastifyReply,
) {
  const { companyId, publicId } = request.params;
  const { publicUrl } = installation;
  const signature = request.headers["x-twilio-signature"];
  const isPlausible = /^[1-9]\d{0,14}$/.test(companyId) && /^[0-9a-f-]{36}$/.test(publicId);
  if (publicUrl === null || typeof signature !== "string" || !isPlausible) return reply.code(403).send();
  const form = (request.body ?? {}) as Record<string, string>;
  const url = `${publicUrl}/hooks/twilio/${companyId}/${publicId}`;
  const taken = await noteTwilioStatus(db, installation, {
    companyId: Number(companyId),
    publicId,
    url,
    signature,
    form,
  });
  return reply.code(taken ? 204 : 403).send();
}

const question = html`<section><p>Möchten Sie solche Nachrichten nicht mehr erhalten?<br><span lang="en">Do you no longer want messages like this?</span></p><form method="post"><button>Abbestellen · Unsubscribe</button></form></section>`;
const done = html`<section><p>Sie erhalten solche Nachrichten nicht mehr.<br><span lang="en">You will not get messages like this any more.</span></p></section>`;
const notValid = html`<section><p>Dieser Link gilt nicht (mehr).<br><span lang="en">This link is not valid (any more).</span></p></section>`;

function page(reply: FastifyReply, status: number, title: string, body: Markup): FastifyReply {
  return sendPage(reply, { status, language: "de", title, body });
}
