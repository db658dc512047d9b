import { expect, test } from "vitest";
import { assertReachable, isPublicAddress, lookupFor, PrivateAddress } from "./outbound.ts";

const inside = [
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "127.0.0.1",
  "127.255.1.1",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::ffff:8.8.8.8",
  "::127.0.0.1",
  "64:ff9b::a9fe:a9fe",
  "64:ff9b:1::1",
  "100::1",
  "fc00::1",
  "fd00:ec2::254",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "localhost",
  "0177.0.0.1",
  "2130706433",
  "",
];
const outside = [
  "8.8.8.8",
  "1.1.1.1",
  "172.32.0.1",
  "172.15.255.255",
  "100.128.0.1",
  "2606:4700::1111",
  "2a00:1450::1",
];

test.each(inside)("%s is no address of the public internet", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(outside)("%s is one", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test("a name that leads into a private network is not resolved, unless the installation allows it", async () => {
  const look = (allows: boolean) =>
    new Promise((resolve) =>
      lookupFor(allows)("localhost", { all: true }, (error, addresses) => resolve(error ?? addresses)),
    );
  expect(await look(false)).toBeInstanceOf(PrivateAddress);
  expect(await look(true)).toContainEqual({ address: expect.stringMatching(/^(127|::1)/), family: expect.any(Number) });
});

test("an address that is written out is checked as well, in brackets too, and so is this machine's own name", () => {
  for (const host of ["127.0.0.1", "[::1]", "::ffff:10.0.0.1", "localhost", "api.localhost"]) {
    expect(() => assertReachable(host, false), host).toThrow(PrivateAddress);
    expect(() => assertReachable(host, true)).not.toThrow();
  }
  expect(() => assertReachable("8.8.8.8", false)).not.toThrow();
});
