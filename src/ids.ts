import { createHash } from "node:crypto";

/** Hex sha256 of text: keys that outsiders choose are stored and compared in this form only. */
export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
