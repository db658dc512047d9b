import { getAppointment } from "../appointments/store.ts";
import { isoAt, isoOf } from "../clock.ts";
import type { Db } from "../db/connect.ts";
import { Refusal } from "../errors.ts";
import type { Installation } from "../installation.ts";
import { appointmentLink, appointmentLinkExpiry } from "../notifications/links.ts";
import type { Caller, CustomerByLink } from "../tenant.ts";
import { callerOfLink, type Visit, visitOf } from "./visit.ts";

export interface CustomerLink {
  readonly url: string;
  readonly token: string;
  readonly expiresAt: string;
}

/**
 * The link of an appointment's page, as messages have it: nothing is kept, so it is the same each time.
 * @throws Refusal notFound; conflict for one that would open nothing; unavailable where links cannot be made
 */
export async function customerLink(
  db: Db,
  caller: Caller,
  installation: Installation,
  appointmentId: number,
): Promise<CustomerLink> {
  const { customerId, endsAt } = await getAppointment(db, caller, appointmentId);
  const { companyId } = caller;
  const url = appointmentLink(installation, { companyId, appointmentId, customerId }, isoOf(endsAt));
  if (url === "") {
    throw new Refusal(
      "unavailable",
      "Links cannot be made here: set FRONTDESK_SECRET_KEY and PUBLIC_URL, and start again.",
    );
  }
  const token = url.slice(url.lastIndexOf("/") + 1);
  if ((await visitorBy(db, installation, token)) === null) {
    throw new Refusal(
      "conflict",
      "Its page is closed: 30 days after the appointment, or when its customer was erased.",
    );
  }
  return { url, token, expiresAt: isoAt(appointmentLinkExpiry(isoOf(endsAt)) * 1000) };
}

/**
 * Who comes with a link's token in the Authorization header.
 * @throws Refusal linkInvalid, the same for a link that was not made here, has expired or whose customer is gone
 */
export async function customerByLink(
  db: Db,
  installation: Installation,
  authorization: string | undefined,
): Promise<CustomerByLink> {
  const token = /^Bearer +([\w-]+\.[\w-]+)$/i.exec(authorization ?? "")?.[1];
  const visitor = token === undefined ? null : await visitorBy(db, installation, token);
  if (visitor === null) throw invalidLink();
  return visitor;
}

/** What the customer sees, asked for again by each request. @throws Refusal linkInvalid where it went meanwhile */
export async function visitBy(db: Db, caller: CustomerByLink): Promise<Visit> {
  const visit = await visitOf(db, caller, inNoPage);
  if (visit === null) throw invalidLink();
  return visit;
}

async function visitorBy(db: Db, installation: Installation, token: string): Promise<CustomerByLink | null> {
  const caller = await callerOfLink(db, installation, token);
  return caller && (await visitOf(db, caller, inNoPage)) && caller;
}

const inNoPage = { wanted: undefined, path: "" };

function invalidLink(): Refusal {
  return new Refusal(
    "linkInvalid",
    "Send the token of a customer's link as `Authorization: Bearer …`, or ask for a new link.",
  );
}
