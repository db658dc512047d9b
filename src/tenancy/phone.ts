import { type CountryCode, getCountries, parsePhoneNumberFromString } from "libphonenumber-js";

/** E.164, or null if it is no possible number. @param zone whose country numbers without a prefix belong to */
export function normalisedPhone(number: string, zone: string): string | null {
  const region = regionOf(zone);
  const parsed = parsePhoneNumberFromString(number, region ? { defaultCountry: region } : {});
  return parsed?.isPossible() ? parsed.number : null;
}

const regions = new Map<string, CountryCode>();

/** The country a time zone lies in; undefined for zones of none (UTC). */
function regionOf(zone: string): CountryCode | undefined {
  if (regions.size === 0) {
    for (const country of getCountries()) {
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
  const national = parsePhoneNumberFromString(phone)?.nationalNumber ?? "";
  return new Set(national).size > 1 ? phone : null;
}
