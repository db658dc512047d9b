import { de } from "./de.ts";
import { en, type Texts } from "./en.ts";
import type { Language } from "./languages.ts";

/** What the older screens say, by language. */
export const catalogues: Readonly<Record<Language, Texts>> = { de, en };
