import { describe, expect, it } from "vitest";
import { hostRefusal } from "./host-refusals.ts";

const error = (errno: number, message: string) => Object.assign(new Error(message), { errno });

describe("why a platform's table did not take a row", () => {
  it.each([
    [1364, "Field 'city' doesn't have a default value", "table", "city"],
    [1048, "Column 'email' cannot be null", "value", "email"],
    [1406, "Data too long for column 'name' at row 1", "value", "name"],
    [1264, "Out of range value for column 'price' at row 1", "value", "price"],
    [1366, "Incorrect string value: '\\xF0' for column `app`.`customers`.`name` at row 1", "value", "name"],
    [1265, "Data truncated for column 'locale' at row 1", "value", "locale"],
    [1062, "Duplicate entry 'ada@example.org' for key 'customers.email'", "table", null],
    [1142, "INSERT command denied to user 'desk'@'%' for table 'customers'", "table", null],
    [1644, "payroll is closed", "table", null],
  ] as const)("%i: %s", (errno, message, about, column) => {
    const refusal = hostRefusal(error(errno, message), "customers");
    expect(refusal).toMatchObject({ about, column });
    expect(refusal?.message).toContain("customers");
    expect(refusal?.message).not.toMatch(/ada@|payroll|'desk'/);
  });

  it("is nothing that we know of any other error", () => {
    expect(hostRefusal(error(1064, "You have an error in your SQL syntax"), "customers")).toBeNull();
    expect(hostRefusal(new Error("x"), "customers")).toBeNull();
  });
});
