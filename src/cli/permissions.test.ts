import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { permissionsDocument } from "./permissions.ts";

test("docs/permissions.md is what `frontdesk permissions` prints", () => {
  const page = readFileSync(new URL("../../docs/permissions.md", import.meta.url), "utf8");
  expect(page).toBe(permissionsDocument());
});
