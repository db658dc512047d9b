import { expect, test } from "vitest";
import type { Caller, Permission, Reach } from "../tenant.ts";
import { masked, maskedText, seesContacts } from "./contacts.ts";

const person = (permissions: Permission[], contacts?: Reach, reach?: Reach): Caller => ({
  companyId: 1,
  actor: { type: "user", id: "1" },
  permissions: new Set(permissions),
  ...(contacts ? { reaches: new Map([["contacts:read", contacts]]) } : {}),
  ...(reach ? { reach } : {}),
});

test.each([
  ["+493055512345", "+49•••••45"],
  ["110", "•••"],
  ["petra@example.org", "p•••@example.org"],
  ["@home", "•••"],
])("%s is shown as %s", (contact, shown) => expect(masked(contact)).toBe(shown));

test("numbers and addresses are masked wherever they stand in a text, and nothing else is", () => {
  expect(maskedText("550 <petra@example.org>: unknown, nor is +49 30 555-12345; try 3 times")).toBe(
    "550 <p•••@example.org>: unknown, nor is +49•••••45; try 3 times",
  );
});

test("a key sees contacts with whatever scope it reads by, a person only with contacts:read", () => {
  expect(seesContacts({ ...person([]), actor: { type: "api_key", id: "1" } })).toBe(true);
  expect(seesContacts(person(["customers:read"]))).toBe(false);
  expect(seesContacts(person(["customers:read", "contacts:read"]))).toBe(true);
});

test("whose contacts reach less far than what is read sees none of them", () => {
  const own = { branches: [], staff: ["s1"] };
  expect(seesContacts(person(["contacts:read"], own, own))).toBe(true);
  expect(seesContacts(person(["contacts:read"], own, { branches: ["b1"], staff: ["s1"] }))).toBe(false);
  expect(seesContacts(person(["contacts:read"], own, { branches: [], staff: ["s2"] }))).toBe(false);
  expect(seesContacts(person(["contacts:read"], own))).toBe(false);
});
