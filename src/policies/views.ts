import { isoOf } from "../clock.ts";
import type { PolicyRow } from "./store.ts";

/** What goes over the wire. */
export function policyView({ createdAt, updatedAt, ...row }: PolicyRow) {
  return { ...row, createdAt: isoOf(createdAt), updatedAt: isoOf(updatedAt) };
}
export type PolicyView = ReturnType<typeof policyView>;
