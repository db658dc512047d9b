import { once } from "node:events";
import { addAbortSignal, Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Route, StreamItem } from "./route.ts";

/** A stream ends after so long; the client comes back by itself, and is asked again who it is. */
const longestMilliseconds = 5 * 60_000;
/** So is a file broken off that nobody reads. */
const longestFileMilliseconds = 30 * 60_000;

/** Streams that are open, so that a server that is to end can end them. */
export interface Streams {
  readonly endAll: () => void;
  readonly serve: (
    request: FastifyRequest,
    reply: FastifyReply,
    items: (signal: AbortSignal) => AsyncIterable<StreamItem>,
  ) => Promise<void>;
  /** A file while it is made. Until its first part is there it fails as every reply does; later it breaks off. */
  readonly send: (
    reply: FastifyReply,
    file: NonNullable<Route["file"]>,
    parts: AsyncIterable<string>,
  ) => Promise<FastifyReply>;
}

/** @param closing aborted when this process is to begin no work: its streams are at an end too */
export function streams(closing: () => AbortSignal | undefined): Streams {
  const open = new Set<AbortController>();
  return {
    endAll: () => {
      for (const ending of open) ending.abort();
    },
    async serve(request, reply, items) {
      const signal = begin(open, reply, longestMilliseconds, closing());
      reply.hijack();
      try {
        await write(reply, items(signal), signal);
      } catch (error) {
        // The head is sent: all that is left is to end, and the client comes back.
        request.log.error({ err: error }, "A stream failed");
      } finally {
        request.answered?.();
        reply.raw.end();
      }
    },
    async send(reply, { type, name }, parts) {
      const started = await begun(parts);
      const signal = begin(open, reply, longestFileMilliseconds, closing());
      const body = addAbortSignal(signal, Readable.from(started));
      return reply
        .header("content-type", type)
        .header("content-disposition", `attachment; filename="${name}"`)
        .header("cache-control", "no-store")
        .send(body);
    },
  };
}

/** @returns aborted when the caller has gone, or it is to end */
function begin(
  open: Set<AbortController>,
  reply: FastifyReply,
  longest: number,
  closed: AbortSignal | undefined,
): AbortSignal {
  const ending = new AbortController();
  const end = () => {
    clearTimeout(timer);
    open.delete(ending);
    ending.abort();
  };
  const timer = setTimeout(end, longest).unref();
  open.add(ending);
  reply.raw.once("close", end);
  // Nobody waits for one that a token let pass.
  return closed === undefined || reply.request.answered === null
    ? ending.signal
    : AbortSignal.any([ending.signal, closed]);
}

/** The same parts, the first of which is there. */
async function begun(parts: AsyncIterable<string>): Promise<AsyncIterable<string>> {
  const iterator = parts[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    try {
      for (let next = first; !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  })();
}

async function write(reply: FastifyReply, items: AsyncIterable<StreamItem>, signal: AbortSignal): Promise<void> {
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    // A proxy that collects the reply would hold it back.
    "x-accel-buffering": "no",
  });
  raw.write("retry: 2000\n\n");
  for await (const item of items) {
    if (signal.aborted) return;
    const flushed = raw.write(textOf(item));
    if (!flushed) await once(raw, "drain", { signal }).catch(() => {});
  }
}

function textOf(item: StreamItem): string {
  if (item === "stillHere") return ": still here\n\n";
  return `id: ${item.id}\nevent: ${item.event}\ndata: ${JSON.stringify(item.data)}\n\n`;
}
