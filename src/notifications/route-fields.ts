import { z } from "zod";
import { configurableTypes } from "../db/schema.ts";
import { channels, notificationEvents } from "./catalogue.ts";

/** Fields that several of the routes share. */

export const tag = "notifications";
export const eventField = z.enum(notificationEvents);
export const channelField = z.enum(channels);
export const levelField = z.enum(configurableTypes);
/** Ids are kept in ASCII columns, and servers refuse to compare those with anything else. */
export const targetId = z.string().regex(/^[\x21-\x7e]{1,36}$/, "must be an id: a number or a uuid");
export const localeField = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, "must be a language or a language and region, like de or de-AT");
export const nameField = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,99}$/, "must be 1 to 100 small letters, digits, - or _");
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time like 21:00");
export const quietHours = z.strictObject({ from: clock, until: clock });
export const zoneField = z.string().max(64).refine(isZone, "must be an IANA time zone, like Europe/Berlin");

function isZone(name: string): boolean {
  try {
    return /^[\x21-\x7e]+$/.test(name) && new Intl.DateTimeFormat("en", { timeZone: name }) !== null;
  } catch {
    return false;
  }
}
