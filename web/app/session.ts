import { useSyncExternalStore } from "react";

/** Whether somebody is signed in here. What shows it to the server is a cookie that no script can read, or a key. */
export type Session = "none" | "open" | "expired";

/** By a key: it stays in this tab, and is gone when the tab is closed. */
type Way = { readonly by: "password" } | { readonly by: "key"; readonly key: string } | null;

const keyName = "frontdesk.key";
/** Says that there is a cookie, so that whoever has none is not asked for it in vain. It opens nothing. */
const signedInName = "frontdesk.signed-in";
const companyName = "frontdesk.company";

const listeners = new Set<() => void>();
let way = wayIn();
let expired = false;
let company = sessionStorage.getItem(companyName);

function wayIn(): Way {
  const key = sessionStorage.getItem(keyName);
  if (key !== null) return { by: "key", key };
  return localStorage.getItem(signedInName) === null ? null : { by: "password" };
}

/** What each request carries besides the cookie. */
export function sessionHeaders(): Readonly<Record<string, string>> {
  if (way?.by === "key") return { authorization: `Bearer ${way.key}` };
  return way === null || company === null ? {} : { "frontdesk-company": company };
}

export function enterByKey(key: string): void {
  sessionStorage.setItem(keyName, key);
  enter({ by: "key", key });
}

/** Once the server has set its cookie. */
export function enterByPassword(): void {
  sessionStorage.removeItem(keyName);
  localStorage.setItem(signedInName, "yes");
  enter({ by: "password" });
}

function enter(newWay: Way): void {
  way = newWay;
  expired = false;
  tell();
}

/** Forgets it here; the server is told by whoever calls this. */
export function leave(): void {
  if (way?.by === "password") localStorage.removeItem(signedInName);
  sessionStorage.removeItem(keyName);
  sessionStorage.removeItem(companyName);
  company = null;
  enter(null);
}

/** The screen stays as it is, so that who signs in again carries on where they were. */
export function sessionExpired(): void {
  if (way === null || expired) return;
  expired = true;
  tell();
}

/** For which company an operator works in this tab; null to choose another one. */
export function workFor(companyId: string | null): void {
  company = companyId;
  if (companyId === null) sessionStorage.removeItem(companyName);
  else sessionStorage.setItem(companyName, companyId);
  tell();
}

export const useSession = (): Session =>
  useSyncExternalStore(subscribe, () => (way === null ? "none" : expired ? "expired" : "open"));

export const useWay = (): "password" | "key" | null => useSyncExternalStore(subscribe, () => way?.by ?? null);

/** The company that an operator has chosen. */
export const useChosenCompany = (): string | null => useSyncExternalStore(subscribe, () => company);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}

/** Who signs out in one tab is signed out in all. */
window.addEventListener("storage", ({ key, newValue }) => {
  if (key === signedInName && newValue === null && way?.by === "password") leave();
});
