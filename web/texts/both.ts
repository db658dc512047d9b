import { useSpeech } from "./language.tsx";
import type { Both } from "./pair.ts";

export { type Both, both } from "./pair.ts";

export function useWords<Words>(words: Both<Words>): Words {
  return words[useSpeech().language];
}
