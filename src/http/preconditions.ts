import { invalid, Refusal } from "../errors.ts";
import { sha256 } from "../ids.ts";

/**
 * Of what has no version: made of all that is read. A platform's table has none, and its updated_at may be missing or
 * keep whole seconds: either would let a lost update pass.
 */
export function etagOfView(view: unknown): string {
  return sha256(JSON.stringify(view)).slice(0, 32);
}

/**
 * Guards a write against a lost update, where the caller sent If-Match; without it, any version may be overwritten.
 * @param ifMatch the header as sent: `"3"`, a list of such, or `*`
 * @throws Refusal preconditionFailed when none of them is the current version
 */
export function assertMatch(ifMatch: string | null, currentEtag: string): void {
  if (ifMatch === null || ifMatch.trim() === "*") return;
  const tags = ifMatch.split(",").map((tag) => tag.trim());
  if (!tags.every((tag) => /^(W\/)?"[\x21\x23-\x7e]*"$/.test(tag))) {
    throw invalid("headers/if-match", `Must be the ETag of a reply with its quotes, like "${currentEtag}".`);
  }
  if (!tags.includes(`"${currentEtag}"`)) {
    throw new Refusal("preconditionFailed", "It is not the version you named. Read it again and redo the change.");
  }
}
