import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** What lies between a deployer and its server. */
export interface Wire {
  readonly port: number;
  /** Both ends are told at once that the connection is gone. */
  reset(): void;
  /** Nothing comes through for a while, then all of it. */
  stall(milliseconds: number): void;
  /** What is open now hears nothing any more, and is not told; new connections work. */
  forget(): void;
  /** New connections lead to another server from now on, and those that are open are reset. */
  leadTo(port: number): void;
  close(): void;
}

export async function wire(toPort: number): Promise<Wire> {
  let destination = toPort;
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    const upstream = connect(destination, "127.0.0.1");
    const pair = [client, upstream] as const;
    pairs.add(pair);
    client.pipe(upstream).pipe(client);
    for (const socket of pair) socket.on("error", () => {}).on("close", () => void pairs.delete(pair));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const each = (act: (client: Socket, upstream: Socket) => void) => {
    for (const [client, upstream] of pairs) act(client, upstream);
  };
  const reset = () =>
    each((client, upstream) => {
      client.resetAndDestroy();
      upstream.destroy();
    });
  return {
    port: (server.address() as AddressInfo).port,
    reset,
    leadTo(port) {
      destination = port;
      reset();
    },
    stall: (milliseconds) =>
      each((client, upstream) => {
        client.unpipe(upstream);
        upstream.unpipe(client);
        setTimeout(() => client.pipe(upstream).pipe(client), milliseconds);
      }),
    forget: () =>
      each((client, upstream) => {
        client.unpipe(upstream);
        upstream.unpipe(client);
        client.resume();
        upstream.resume();
      }),
    close: () => {
      each((client, upstream) => {
        client.destroy();
        upstream.destroy();
      });
      server.close();
    },
  };
}
