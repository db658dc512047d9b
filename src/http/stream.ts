import { once } from "node:events";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { StreamItem } from "./route.ts";

/** A stream ends after so long; the client comes back by itself, and is asked again who it is. */
const longestMilliseconds = 5 * 60_000;

/** Streams that are open, so that a server that is to end can end them. */
export interface Streams {
  readonly endAll: () => void;
  readonly serve: (
    request: FastifyRequest,
    reply: FastifyReply,
    items: (signal: AbortSignal) => AsyncIterable<StreamItem>,
  ) => Promise<void>;
}

/** @param closing aborted when this process is to begin no work: its streams are at an end too */
export function streams(closing: () => AbortSignal | undefined): Streams {
  const open = new Set<AbortController>();
  return {
    endAll: () => {
      for (const ending of open) ending.abort();
    },
    async serve(request, reply, items) {
      const ending = new AbortController();
      const timer = setTimeout(() => ending.abort(), longestMilliseconds);
      open.add(ending);
      reply.raw.once("close", () => ending.abort());
      const closed = closing();
      const signal = closed === undefined ? ending.signal : AbortSignal.any([ending.signal, closed]);
      reply.hijack();
      try {
        await write(reply, items(signal), signal);
      } catch (error) {
        // The head is sent: all that is left is to end, and the client comes back.
        request.log.error({ err: error }, "A stream failed");
      } finally {
        clearTimeout(timer);
        open.delete(ending);
        request.answered?.();
        reply.raw.end();
      }
    },
  };
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
