import { z } from "zod";
import { invalid, notFound } from "../errors.ts";
import { id } from "../http/fields.ts";
import { type Route, route } from "../http/route.ts";
import { readMailReport } from "./mail-report.ts";
import { noteMailReport } from "./receipts.ts";
import { tag } from "./route-fields.ts";

export const reportRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/mail-reports",
    tag,
    permission: "events:post",
    summary: "Hand on what a mail server wrote to the sender: a mail that bounced becomes a dead letter",
    description:
      "A delivery status notification (RFC 3464), whole and as it came. Handing it on twice changes nothing.",
    body: z
      .strictObject({ source: z.string().min(1).max(200_000).meta({ description: "The mail with its headers" }) })
      .meta({ id: "MailReport" }),
    reply: z
      .object({ deliveryId: id, outcome: z.enum(["bounced", "delivered", "delayed"]) })
      .meta({ id: "MailReportTaken" }),
    async handle({ db, caller, body }) {
      const report = await readMailReport(body.source);
      if (report === null) throw invalid("/source", "is not a delivery status notification (RFC 3464)");
      const noted = await noteMailReport(db, caller, report);
      if (noted === null) throw notFound("mail with the Message-ID that the report names");
      return noted;
    },
  }),
];
