import { Worker } from "node:worker_threads";
import type { Question } from "./questions.ts";
import type { Fault, KindFigures } from "./tally.ts";

/** What the thread is given. */
export interface ProberTask {
  readonly url: string;
  readonly questions: readonly Question[];
  /** By how much an answer may take longer than before, while a statement of ours runs or waits. */
  readonly limitMilliseconds: number;
  /** Holds the number of the connection whose statement runs or waits; 0: none. */
  readonly running: SharedArrayBuffer;
}

export interface ProberFigures {
  readonly kinds: readonly KindFigures[];
  readonly connectionsLost: number;
  /** For how long the prober itself did not get to run, at worst; it is in no other figure. */
  readonly ownDelayMilliseconds: number;
}

export interface Verdict {
  readonly fault: Fault | null;
  /** A statement of ours was told to stop, so the next one on its connection may hear that in its place. */
  readonly interrupted: boolean;
  readonly figures: ProberFigures;
}

export interface Asked {
  readonly id: number;
  readonly ask: "open" | "baseline" | "verdict" | "end";
}

export type Replied = { readonly id: number } & ({ readonly verdict: Verdict } | { readonly failure: string });

export interface Prober {
  /** While it runs or waits, others that wait do so because of it. */
  whileSent<T>(connectionId: number, statement: () => Promise<T>): Promise<T>;
  /** @throws Error where the thread died */
  verdict(): Promise<Verdict>;
  /** The last figures. @throws Error where the thread died */
  end(): Promise<Verdict>;
}

/**
 * Asks the database as an application would, from a thread and on connections of its own, so that nothing that the
 * deployer does itself counts as others' waiting. Resolves after a second in which it has seen how things are.
 * @throws Error where it cannot ask
 */
export async function startProber(task: Omit<ProberTask, "running">): Promise<Prober> {
  const running = new SharedArrayBuffer(Uint32Array.BYTES_PER_ELEMENT);
  const statement = new Uint32Array(running);
  const worker = new Worker(new URL("./thread.ts", import.meta.url), {
    workerData: { ...task, running },
    execArgv: [],
  });
  const ask = correspondence(worker);
  const end = async () => {
    try {
      return await ask("end");
    } finally {
      await worker.terminate();
    }
  };
  try {
    await ask("open");
    await ask("baseline");
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return {
    async whileSent(connectionId, work) {
      Atomics.store(statement, 0, connectionId);
      try {
        return await work();
      } finally {
        Atomics.store(statement, 0, 0);
      }
    },
    verdict: () => ask("verdict"),
    end,
  };
}

/** One answer to each question; none comes from a thread that has died. */
function correspondence(worker: Worker): (ask: Asked["ask"]) => Promise<Verdict> {
  const waiting = new Map<number, { resolve: (verdict: Verdict) => void; reject: (error: Error) => void }>();
  let count = 0;
  let death: Error | null = null;
  const died = (error: Error) => {
    death ??= error;
    for (const { reject } of waiting.values()) reject(death);
    waiting.clear();
  };
  worker.on("error", died);
  worker.on("exit", () => died(new Error("The prober's thread has ended.")));
  worker.on("message", (answer: Replied) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("verdict" in answer) asked?.resolve(answer.verdict);
    else asked?.reject(new Error(answer.failure));
  });
  return (ask) =>
    new Promise((resolve, reject) => {
      if (death !== null) return reject(death);
      const id = ++count;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, ask } satisfies Asked);
    });
}
