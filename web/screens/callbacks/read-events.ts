export interface Reading {
  readonly url: string;
  readonly signal: AbortSignal;
  /** Read anew for each try: who signed in again is another one. */
  headers(): Readonly<Record<string, string>>;
  onOpen(isOpen: boolean): void;
  onEvent(): void;
}

const pauseMilliseconds = 3000;

/** Server-sent events by fetch, since an EventSource can send no header; goes on after its last event when cut off. */
export async function readEvents({ url, signal, headers, onOpen, onEvent }: Reading): Promise<void> {
  let lastEventId = "";
  while (!signal.aborted) {
    try {
      const response = await fetch(url, {
        signal,
        headers: { ...headers(), ...(lastEventId === "" ? {} : { "last-event-id": lastEventId }) },
      });
      if (response.ok && response.body) {
        onOpen(true);
        for await (const id of eventIds(response.body)) {
          lastEventId = id;
          onEvent();
        }
      } else {
        onOpen(false);
      }
    } catch {
      if (signal.aborted) return;
      onOpen(false);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
  }
}

async function* eventIds(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let text = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value;
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) {
      const id = /^id: ?(.*)$/m.exec(event)?.[1];
      if (id !== undefined) yield id;
    }
  }
}
