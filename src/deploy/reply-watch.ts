import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, createConnection } from "mysql2/promise";
import { connectionOptions } from "../db/servers.ts";

/** The network swallowed a request or its reply: nobody will ever answer on this connection. */
class ReplyLost extends Error {
  override readonly name = "ReplyLost";
  /** As the driver marks a connection that is of no use any more. */
  readonly fatal = true;
}

const connectMilliseconds = 5_000;
/** A reply that is on its way comes within this. */
const graceMilliseconds = 2_000;
const mostFailures = 3;

/**
 * Waits for a reply, however long the server works on it, but not for one that will never come: behind a firewall that
 * has forgotten the connection both ends wait for ever, and the server keeps the deployment's lock for it.
 * @throws ReplyLost, with the server's session ended, so that its lock is free
 */
export async function withReply<T>(
  url: string,
  connection: Connection,
  reply: Promise<T>,
  silentMs: number,
): Promise<T> {
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const lost = new Promise<never>((_, reject) => {
    let failures = 0;
    const look = async () => {
      const state = await stateOf(url, connection.threadId, () => isOver);
      failures = state === "unreachable" ? failures + 1 : 0;
      if (isOver) return;
      if (state === "idle" || failures === mostFailures) return reject(new ReplyLost(words[state]));
      timer = setTimeout(look, silentMs);
    };
    timer = setTimeout(look, silentMs);
  });
  reply.catch(() => {});
  lost.catch(() => {});
  try {
    return await Promise.race([reply, lost]);
  } finally {
    isOver = true;
    clearTimeout(timer);
  }
}

type State = "working" | "idle" | "unreachable";

const words: Readonly<Record<State, string>> = {
  working: "",
  idle: "The server's answer was lost on the way; its session was ended.",
  unreachable: "The server gives no answer, and no new connection to it can be opened.",
};

/** What the server does for this connection. One that is idle, while we wait for its answer, is ended. */
async function stateOf(url: string, threadId: number, isOver: () => boolean): Promise<State> {
  let other: Connection | undefined;
  try {
    const { typeCast: _, ...options } = connectionOptions(url);
    other = await createConnection({ ...options, connectTimeout: connectMilliseconds });
    other.on("error", () => {});
    if (!(await isIdle(other, threadId))) return "working";
    await sleep(graceMilliseconds);
    if (isOver() || !(await isIdle(other, threadId))) return "working";
    await other.query(`kill ${threadId}`).catch(() => {});
    return "idle";
  } catch {
    return "unreachable";
  } finally {
    other?.destroy();
  }
}

async function isIdle(other: Connection, threadId: number): Promise<boolean> {
  const [rows] = await other.query("select command from information_schema.processlist where id = ?", [threadId]);
  const [session] = rows as { command?: string; COMMAND?: string }[];
  return session === undefined || (session.command ?? session.COMMAND) === "Sleep";
}
