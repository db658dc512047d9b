import { useSpeech } from "./language.tsx";
import type { Language } from "./languages.ts";

/** The words of one screen in both languages, loaded with it. */
export type Both<Words> = Readonly<Record<Language, Words>>;

export function both<Words>(en: Words, de: NoInfer<Words>): Both<Words> {
  return { en, de };
}

export function useWords<Words>(words: Both<Words>): Words {
  return words[useSpeech().language];
}
