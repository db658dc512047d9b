import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { type Connection, createConnection } from "mysql2/promise";
import { connectionOptions } from "../../db/servers.ts";
import { isConnectionLost } from "../target.ts";
import { type Awake, awakeClock, tickMilliseconds } from "./awake.ts";
import type { Asked, ProberTask, Replied } from "./prober.ts";
import { type Question, questionKinds } from "./questions.ts";
import { tallyOf } from "./tally.ts";

/** The prober's own thread: it asks as an application would, whatever the deployer is busy with. */

const periodMilliseconds = 20;
const reopenMilliseconds = 100;
const connectMilliseconds = 5_000;

const { url, questions, limitMilliseconds, running } = workerData as ProberTask;
const statement = new Uint32Array(running);
/** The connection whose statement is running or waiting; 0: none. */
const guilty = () => Atomics.load(statement, 0);
const clock = awakeClock(() => guilty() !== 0);
const tally = tallyOf(questions, limitMilliseconds);
const pending = new Map<Question, Awake>();
let connectionsLost = 0;
let isOver = false;
let interruption: Promise<void> | null = null;
let interrupted = false;

setInterval(() => {
  const { guilty: now } = clock.read();
  for (const [question, since] of pending) tally.waiting(question, now - since.guilty);
  if (tally.fault() !== null && guilty() !== 0) interruption ??= interrupt(guilty());
}, tickMilliseconds);

parentPort?.on("message", async ({ id, ask }: Asked) => {
  const answers = { open, baseline, verdict, end };
  try {
    reply({ id, verdict: await answers[ask]() });
  } catch (error) {
    reply({ id, failure: (error as Error).message });
  }
});

function reply(answer: Replied): void {
  parentPort?.postMessage(answer);
}

/** @throws what the server says to one connection more */
async function open() {
  const connections = await Promise.all(questionKinds.map(connect));
  questionKinds.forEach((kind, index) => {
    const asked = questions.filter((question) => question.kind === kind);
    void keepAsking(asked, connections[index] ?? null);
  });
  return verdict();
}

async function baseline() {
  await sleep(1000);
  tally.endBaseline();
  return verdict();
}

async function verdict() {
  await interruption;
  interruption = null;
  const figures = { kinds: tally.figures(), connectionsLost, ownDelayMilliseconds: clock.worstDelay() };
  return { fault: tally.fault(), interrupted, figures };
}

async function end() {
  isOver = true;
  return verdict();
}

async function connect(): Promise<Connection> {
  const { typeCast: _, ...options } = connectionOptions(url);
  const connection = await createConnection({ ...options, connectTimeout: connectMilliseconds });
  connection.on("error", () => {});
  await connection.query("set session transaction isolation level read committed");
  return connection;
}

/** A connection that is lost is opened again and no fault: whoever ended it did the same to nobody else. */
async function keepAsking(asked: readonly Question[], first: Connection | null): Promise<void> {
  let connection = first;
  while (!isOver) {
    const began = performance.now();
    connection ??= await connect().catch(() => null);
    if (connection === null) {
      await sleep(reopenMilliseconds);
      continue;
    }
    for (const question of asked) {
      if (isOver || tally.isOut(question) || (await isAnswered(connection, question))) continue;
      connection.destroy();
      connection = null;
      connectionsLost++;
      break;
    }
    await sleep(Math.max(1, periodMilliseconds - (performance.now() - began)));
  }
  connection?.destroy();
}

/** False where the connection is gone, and with it the answer. */
async function isAnswered(connection: Connection, question: Question): Promise<boolean> {
  const since = clock.read();
  pending.set(question, since);
  try {
    await connection.query(question.sql);
    const now = clock.read();
    tally.answered(question, { took: now.total - since.total, stalled: now.guilty - since.guilty });
    return true;
  } catch (error) {
    if (isConnectionLost(error)) return false;
    const { errno = 0, message } = error as { errno?: number; message: string };
    if (!disturbances.has(errno)) tally.failed(question, message);
    return true;
  } finally {
    pending.delete(question);
  }
}

/** Somebody else's doing: a row that another transaction holds, a deadlock with it, a person's KILL QUERY. */
const disturbances: ReadonlySet<number> = new Set([1205, 1213, 1317]);

/** Ends the statement that makes others wait, so that they need not wait for its end. */
async function interrupt(connectionId: number): Promise<void> {
  let connection: Connection | undefined;
  try {
    connection = await connect();
    if (guilty() !== connectionId) return;
    interrupted = true;
    await connection.query(`kill query ${connectionId}`);
  } catch {
    // It ends by itself then, by its lock budget.
  } finally {
    connection?.destroy();
  }
}
