import { expect, test } from "vitest";
import { instantOf, parseInstant } from "../clock.ts";
import type { HostShape } from "../db/host-shape.ts";
import { differs, hostChange } from "./host-change.ts";
import { overlapMilliseconds } from "./read-host-changes.ts";
import type { Seen } from "./sighting-store.ts";

const booked: Seen = {
  status: "booked",
  startsAt: instantOf(1e12),
  endsAt: instantOf(1e12 + 36e5),
  branchId: "b",
  serviceId: 1,
  staffId: "s",
  isDeleted: false,
};

for (const [name, from, to, change] of [
  ["nothing is no news", {}, {}, null],
  ["cancelled", {}, { status: "cancelled" }, "cancelled"],
  ["deleted is cancelled", {}, { isDeleted: true }, "cancelled"],
  ["deleted after it was over is no news", { status: "completed" }, { status: "completed", isDeleted: true }, null],
  ["cancelled and moved at once is cancelled", {}, { status: "cancelled", startsAt: instantOf(2e12) }, "cancelled"],
  ["moved", {}, { startsAt: instantOf(2e12), endsAt: instantOf(2e12 + 36e5) }, "rescheduled"],
  ["longer", {}, { endsAt: instantOf(1e12 + 72e5) }, "rescheduled"],
  ["given to somebody else", {}, { staffId: null }, "rescheduled"],
  ["confirmed", { status: "pending" }, { status: "scheduled" }, "confirmed"],
  ["begun is no news", { status: "confirmed" }, { status: "in_progress" }, null],
  ["another service", {}, { serviceId: 2 }, "modified"],
  ["completed", { status: "in_progress" }, { status: "completed" }, "completed"],
  ["missed", {}, { status: "no_show" }, "no_show"],
  ["came after all", { status: "no_show" }, { status: "completed" }, "completed"],
  ["taken up again", { status: "cancelled" }, {}, "modified"],
  ["a status that only the platform knows is no news", {}, { status: "on_hold" }, null],
] as const) {
  test(`what a platform did: ${name}`, () => {
    const [seen, now] = [
      { ...booked, ...from },
      { ...booked, ...to },
    ];
    expect(hostChange(seen, now)).toBe(change);
    if (change !== null) expect(differs(seen, now)).toBe(true);
  });
}

test("after clocks went back the reader looks an hour farther back, until all of it is read", () => {
  const column = { kind: "instant", zone: "Europe/Berlin", digits: 0, fallback: null } as const;
  const host: HostShape = { tables: new Map([["appointments", new Map([["updated_at", column]])]]) };
  const at = (text: string) => overlapMilliseconds(host, parseInstant(text)) / 60_000;
  expect(at("2026-10-25T00:59:59Z")).toBe(2);
  expect(at("2026-10-25T01:00:00Z")).toBe(62);
  expect(at("2026-10-25T02:05:00Z")).toBe(62);
  expect(at("2026-10-25T04:00:01Z")).toBe(2);
  expect(at("2026-03-29T01:30:00Z")).toBe(2);
  expect(overlapMilliseconds(null, parseInstant("2026-10-25T01:00:00Z"))).toBe(120_000);
});
