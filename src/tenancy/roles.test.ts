import { describe, expect, test } from "vitest";
import { grantedRoles } from "../db/schema.ts";
import { permissions } from "../tenant.ts";
import { allowanceOf, type Grant, rolePermissions } from "./roles.ts";

const grant = (role: Grant["role"], branchId: string | null = null, staffId: string | null = null): Grant => ({
  role,
  branchId,
  staffId,
});

describe("what grants allow", () => {
  test("every role has a row, and an admin holds everything in the whole company", () => {
    expect(Object.keys(rolePermissions).sort()).toEqual([...grantedRoles].sort());
    const { permissions: held, reaches } = allowanceOf([grant("admin")]);
    expect([held.size, reaches.size]).toEqual([permissions.length, 0]);
  });

  test("without a grant nothing is held", () => {
    expect(allowanceOf([])).toEqual({ permissions: new Set(), reaches: new Map() });
  });

  test("a branch's manager holds what is of branches there, and customers in the whole company", () => {
    const { permissions: held, reaches } = allowanceOf([grant("manager", "b1")]);
    expect(reaches.get("appointments:cancel")).toEqual({ branches: ["b1"], staff: [] });
    expect([held.has("customers:write"), reaches.has("customers:write")]).toEqual([true, false]);
    expect(held.has("settings:write")).toBe(false);
  });

  test("a manager of no branch in particular manages all of them", () => {
    expect(allowanceOf([grant("manager")]).reaches.size).toBe(0);
  });

  test("what is a person's own needs to know who they are among the staff", () => {
    const nobody = allowanceOf([grant("staff", "b1")]);
    expect([nobody.permissions.has("appointments:read"), nobody.permissions.has("policies:read")]).toEqual([
      false,
      true,
    ]);
    const someone = allowanceOf([grant("staff", "b1", "s1")]);
    expect(someone.reaches.get("appointments:read")).toEqual({ branches: [], staff: ["s1"] });
  });

  test("several grants add up, each permission by itself", () => {
    const { permissions: held, reaches } = allowanceOf([
      grant("manager", "b1"),
      grant("viewer", "b2"),
      grant("staff", "b3", "s1"),
    ]);
    expect(reaches.get("appointments:read")).toEqual({ branches: ["b1", "b2"], staff: ["s1"] });
    expect(reaches.get("appointments:cancel")).toEqual({ branches: ["b1"], staff: [] });
    expect([held.has("contacts:read"), reaches.has("contacts:read")]).toEqual([true, false]);
  });

  test("the whole company is not made smaller by a branch, whichever comes first", () => {
    for (const grants of [
      [grant("viewer"), grant("viewer", "b1")],
      [grant("viewer", "b1"), grant("viewer")],
    ]) {
      expect(allowanceOf(grants).reaches.has("callbacks:read")).toBe(false);
    }
  });
});
