import { useSyncExternalStore } from "react";

/** Who is signed in. The key stays in this tab: it is gone when the tab is closed. */
export type Session = "none" | "open" | "expired";

const storageName = "frontdesk.key";
const listeners = new Set<() => void>();
let key = sessionStorage.getItem(storageName);
let expired = false;

export const currentKey = (): string | null => key;

export function signIn(newKey: string): void {
  key = newKey;
  expired = false;
  sessionStorage.setItem(storageName, newKey);
  tell();
}

export function signOut(): void {
  key = null;
  expired = false;
  sessionStorage.removeItem(storageName);
  tell();
}

/** The screen stays as it is, so that who signs in again carries on where they were. */
export function sessionExpired(): void {
  if (key === null || expired) return;
  expired = true;
  tell();
}

export function useSession(): Session {
  return useSyncExternalStore(subscribe, () => (key === null ? "none" : expired ? "expired" : "open"));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
