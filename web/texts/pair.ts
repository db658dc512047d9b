import type { Language } from "./languages.ts";

/** The words of one screen in both languages, loaded with it. */
export type Both<Words> = Readonly<Record<Language, Words>>;

/** Apart from what shows them, so that tests can hold them against what the API names. */
export function both<Words>(en: Words, de: NoInfer<Words>): Both<Words> {
  return { en, de };
}
