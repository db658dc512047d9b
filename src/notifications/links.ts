import { z } from "zod";
import type { Installation } from "../installation.ts";
import { readToken, signToken } from "../secrets.ts";
import { type Kind, kinds } from "./catalogue.ts";

/** Links that stand in messages; each is signed, names its company, and can be used for one thing. */

const appointmentClaims = z.object({ c: z.int(), a: z.int(), k: z.int(), e: z.int() });
const unsubscribeClaims = z.object({ c: z.int(), t: z.enum(["customer", "staff"]), i: z.string(), k: z.enum(kinds) });

/** How long after its end an appointment's link still opens. */
const afterEndMilliseconds = 30 * 86_400_000;

export interface AppointmentLink {
  readonly companyId: number;
  readonly appointmentId: number;
  readonly customerId: number;
}

/** Empty where there is no public address or no key to sign with. */
export function appointmentLink({ keyring, publicUrl }: Installation, link: AppointmentLink, endsAt: string): string {
  if (keyring === null || publicUrl === null) return "";
  const e = appointmentLinkExpiry(endsAt);
  const token = signToken(keyring, "appointment", { c: link.companyId, a: link.appointmentId, k: link.customerId, e });
  return `${publicUrl}/a/${token}`;
}

/** When it stops to open, in seconds since 1970. */
export function appointmentLinkExpiry(endsAt: string): number {
  return Math.floor((Date.parse(endsAt) + afterEndMilliseconds) / 1000);
}

/** Null for a link that was not made here, or has expired. */
export function readAppointmentLink({ keyring }: Installation, token: string, nowMs: number): AppointmentLink | null {
  const claims = keyring && appointmentClaims.safeParse(readToken(keyring, "appointment", token)).data;
  if (!claims || claims.e * 1000 < nowMs) return null;
  return { companyId: claims.c, appointmentId: claims.a, customerId: claims.k };
}

export interface Unsubscribing {
  readonly companyId: number;
  readonly type: "customer" | "staff";
  readonly id: string;
  readonly kind: Kind;
}

export function unsubscribeLink(
  { keyring, publicUrl }: Installation,
  { companyId, type, id, kind }: Unsubscribing,
): string {
  if (keyring === null || publicUrl === null) return "";
  return `${publicUrl}/u/${signToken(keyring, "unsubscribe", { c: companyId, t: type, i: id, k: kind })}`;
}

/** Never expires: who wants no mail can say so on the oldest one. */
export function readUnsubscribeLink({ keyring }: Installation, token: string): Unsubscribing | null {
  const claims = keyring && unsubscribeClaims.safeParse(readToken(keyring, "unsubscribe", token)).data;
  return claims ? { companyId: claims.c, type: claims.t, id: claims.i, kind: claims.k } : null;
}
