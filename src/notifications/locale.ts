/** What everything falls back to. */
export const lastLocale = "de";

/**
 * The first wish that there is something for: itself, or its language where there is nothing for the region
 * (de-AT → de). @param wishes recipient, branch, company, from first to last
 */
export function localeFrom(wishes: readonly (string | null | undefined)[], available: Iterable<string>): string {
  const known = new Set([...available].map(normalised));
  for (const wish of wishes) {
    const locale = normalised(wish ?? "");
    if (known.has(locale)) return locale;
    const [language = ""] = locale.split("-");
    if (known.has(language)) return language;
  }
  return lastLocale;
}

/** `de_at` and `DE-at` are `de-AT`. */
export function normalised(locale: string): string {
  const [language = "", ...rest] = locale.trim().replaceAll("_", "-").split("-");
  return [language.toLowerCase(), ...rest.map((part) => (part.length === 2 ? part.toUpperCase() : part))].join("-");
}
