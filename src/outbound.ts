import { lookup as resolve } from "node:dns";
import { once } from "node:events";
import { BlockList, connect, isIP, isIPv4, type LookupFunction, type Socket } from "node:net";

/** An address that tenants' data must not be sent to, or that a tenant must not reach through us. */
export class PrivateAddress extends Error {
  override readonly name = "PrivateAddress";

  constructor() {
    super("The host lies in a private network, which this installation does not allow.");
  }
}

const privateNetworks = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  // Link-local, and with it 169.254.169.254, where clouds keep their machines' credentials.
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const) {
  privateNetworks.addSubnet(network, bits, "ipv4");
}
// Within 2000::/3, which alone is given out on the internet, those that lead elsewhere: Teredo, documentation, 6to4.
for (const [network, bits] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  privateNetworks.addSubnet(network, bits, "ipv6");
}
const globalUnicast = new BlockList();
globalUnicast.addSubnet("2000::", 3, "ipv6");

/** Whether an address lies in the public internet. An IPv4 address in IPv6's clothes is not one: no host needs it. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !privateNetworks.check(address, "ipv4");
  const [bare = ""] = address.split("%");
  return isIP(bare) === 6 && globalUnicast.check(bare, "ipv6") && !privateNetworks.check(bare, "ipv6");
}

/**
 * Looks a host up for a socket, which then connects to the very address that was checked: a name that leads elsewhere
 * the next time gains nothing. One private address among several is enough to refuse.
 */
export function lookupFor(allowsPrivateNetworks: boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || first === undefined) return callback(error ?? new Error(`${hostname} has no address.`), "");
      if (!allowsPrivateNetworks && !addresses.every(({ address }) => isPublicAddress(address))) {
        return callback(new PrivateAddress(), "");
      }
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

/** A connected socket, for clients that bring their own protocol. @throws PrivateAddress, or what the connection failed for */
export async function connectTo(
  { host, port, milliseconds }: { host: string; port: number; milliseconds: number },
  allowsPrivateNetworks: boolean,
): Promise<Socket> {
  assertReachable(host, allowsPrivateNetworks);
  const bare = host.replace(/^\[|\]$/g, "");
  const socket = connect({ host: bare, port, lookup: lookupFor(allowsPrivateNetworks) });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(milliseconds) });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** For what no look-up shows: an address, which a socket does not look up, and this machine's own name. @throws PrivateAddress */
export function assertReachable(host: string, allowsPrivateNetworks: boolean): void {
  const bare = host.replace(/^\[|\]$/g, "");
  const isPrivate = isIP(bare) === 0 ? /(^|\.)localhost\.?$/i.test(bare) : !isPublicAddress(bare);
  if (!allowsPrivateNetworks && isPrivate) throw new PrivateAddress();
}
