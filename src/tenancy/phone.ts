import type * as Phones from "libphonenumber-js";
import { onDemand } from "../on-demand.ts";

const phones = onDemand<typeof Phones>("libphonenumber-js");

/** E.164, or null if it is no possible number. @param zone whose country numbers without a prefix belong to */
export function normalisedPhone(number: string, zone: string): string | null {
  const region = regionOf(zone);
  const parsed = phones().parsePhoneNumberFromString(number, region ? { defaultCountry: region } : {});
  return parsed?.isPossible() ? parsed.number : null;
}

const regions = new Map<string, Phones.CountryCode>();

/** The country a time zone lies in; undefined for zones of none (UTC). */
function regionOf(zone: string): Phones.CountryCode | undefined {
  if (regions.size === 0) {
    for (const country of phones().getCountries()) {
      const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & { getTimeZones?: () => string[] | undefined };
      for (const ofCountry of locale.getTimeZones?.() ?? []) regions.set(ofCountry, country);
    }
  }
  return regions.get(zone);
}

/** As `normalisedPhone`, and null for what stands in for no number: one digit over and over. */
export function callablePhone(number: string, zone: string): string | null {
  const phone = normalisedPhone(number, zone);
  if (phone === null) return null;
  const national = phones().parsePhoneNumberFromString(phone)?.nationalNumber ?? "";
  return new Set(national).size > 1 ? phone : null;
}
