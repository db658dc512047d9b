import type { Db } from "../db/connect.ts";
import { Refusal } from "../errors.ts";
import type { Installation } from "../installation.ts";
import { sendsMail } from "../notifications/installation-mail.ts";
import type { SignIn } from "../sign-in.ts";
import type { Caller } from "../tenant.ts";
import { invitationMail, sendToPerson } from "./mails.ts";
import { findAuthUserAcrossCompanies, findPersonAcrossCompanies } from "./person-store.ts";
import { auditInvitation, getUser } from "./users.ts";

export interface Invitation {
  readonly sentTo: string | null;
  /** To be handed over, where no mail was sent. */
  readonly link: string | null;
}

interface Means {
  readonly signIn: SignIn;
  readonly installation: Installation;
}

/**
 * Sends the link by which somebody chooses a first password. Another one may be sent while they have not.
 * @throws Refusal notFound, conflict for somebody who has a password, unavailable where the mail could not be sent
 */
export async function inviteUser(db: Db, caller: Caller, means: Means, userId: number): Promise<Invitation> {
  const { status } = await getUser(db, caller, userId);
  if (status === "active") {
    throw new Refusal("conflict", "They have a password. Who forgets it has a new link sent by the sign-in page.");
  }
  await auditInvitation(db, caller, userId);
  return inviteAcrossCompanies(db, means, userId);
}

/** The same for somebody of whichever company, or of none. */
export async function inviteAcrossCompanies(
  db: Db,
  { signIn, installation }: Means,
  userId: number,
): Promise<Invitation> {
  const authUserId = await findAuthUserAcrossCompanies(db, userId);
  const person = authUserId === null ? null : await findPersonAcrossCompanies(db, authUserId);
  const link = await signIn.invite(userId);
  if (person === null || link === null) throw new Refusal("notFound", "There is no such user who can sign in.");
  if (!sendsMail(installation)) return { sentTo: null, link };
  if (await sendToPerson(installation, person, invitationMail(person, link)))
    return { sentTo: person.email, link: null };
  throw new Refusal("unavailable", "The mail could not be sent just now. They can be invited again.");
}
