import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { currentTime, type Db } from "../db/connect.ts";
import type { Installation } from "../installation.ts";
import { readAppointmentLink, readUnsubscribeLink } from "./links.ts";
import type { AppointmentScene } from "./mapping.ts";
import { optOut } from "./preference-routes.ts";
import { noteTwilioStatus } from "./receipts.ts";
import { appointmentScene } from "./scene-store.ts";
import { type sampleVariables, variablesOf } from "./variables.ts";

interface Public {
  readonly db: Db;
  readonly installation: Installation;
}

/** What people and providers call who have no key: each link is signed, each report too. */
export async function mountPublicPages(app: FastifyInstance, { db, installation }: Public): Promise<void> {
  await app.register((pages, _options, registered) => {
    pages.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: 20_000 },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body as string))),
    );

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

    pages.get<{ Params: { token: string } }>("/a/:token", async ({ params }, reply) =>
      showAppointment({ db, installation }, params.token, reply),
    );

    pages.post<{ Params: { companyId: string; publicId: string } }>(
      "/hooks/twilio/:companyId/:publicId",
      async (request, reply) => takeStatus({ db, installation }, request, reply),
    );
    registered();
  });
}

async function showAppointment(
  { db, installation }: Public,
  token: string,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const now = await currentTime(db);
  const link = readAppointmentLink(installation, token, now.epochMilliseconds);
  const scene = link && (await appointmentScene(db, link, link.appointmentId));
  const about = scene?.about as AppointmentScene | undefined;
  if (!link || !scene || about?.customerId !== link.customerId)
    return page(reply, 404, "Link ungültig · Invalid link", notValid);
  const reading = { locale: "de", recipientName: "", manageLink: "", unsubscribeLink: "" };
  const texts = variablesOf(about.visit, reading) as ReturnType<typeof sampleVariables> & {
    appointment: { date: string; time: string };
  };
  const { company, branch, service, staff } = about.visit;
  const rows = [service, `${texts.appointment.date}, ${texts.appointment.time}`, `${company}, ${branch}`, staff].filter(
    (row) => row !== "",
  );
  const state = scene.isActive ? "" : "<p><strong>Findet nicht statt · Does not take place</strong></p>";
  return page(reply, 200, "Ihr Termin · Your appointment", `${state}<p>${rows.map(escaped).join("<br>")}</p>`);
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

const question =
  '<p>Möchten Sie solche Nachrichten nicht mehr erhalten?<br>Do you no longer want messages like this?</p><form method="post"><button>Abbestellen · Unsubscribe</button></form>';
const done = "<p>Sie erhalten solche Nachrichten nicht mehr.<br>You will not get messages like this any more.</p>";
const notValid = "<p>Dieser Link gilt nicht (mehr).<br>This link is not valid (any more).</p>";

/** The form goes back to the page's own address. */
const contentSecurityPolicy = "default-src 'none';form-action 'self';base-uri 'none';frame-ancestors 'none'";

function page(reply: FastifyReply, status: number, title: string, body: string): FastifyReply {
  return reply
    .code(status)
    .header("content-security-policy", contentSecurityPolicy)
    .header("cache-control", "no-store")
    .type("text/html; charset=utf-8")
    .send(
      `<!doctype html><html lang="de"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><meta name="color-scheme" content="light dark"><title>${title}</title></head><body><main><h1>${title}</h1>${body}</main></body></html>`,
    );
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
