const begin = Buffer.from("/*!50106 CREATE*/ ");
const header =
  /^(\/\*!50106 CREATE\*\/ .*?\/\*!50106 EVENT `((?:[^`]|``)+)` .*? ON COMPLETION (?:NOT )?PRESERVE) ENABLE/gm;
const newline = 10;

/**
 * A dump in which every event is switched off, so that none works on a copy. Only lines that begin an event are touched:
 * within a row no line begins, for the dump writes its ends as \n.
 * @param switchedOff is told the name of each that was on
 */
export function withSleepingEvents(switchedOff: (name: string) => void) {
  return async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let held: Buffer = Buffer.alloc(0);
    let midLine = false;
    for await (const chunk of source) {
      const data: Buffer = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const lastLine = data.lastIndexOf(newline) + 1;
      const rest = data.subarray(lastLine);
      const isWhole: boolean = !mayBegin(rest) || (lastLine === 0 && midLine);
      const whole: Buffer = isWhole ? data : data.subarray(0, lastLine);
      held = isWhole ? Buffer.alloc(0) : Buffer.from(rest);
      yield* asleep(whole, midLine, switchedOff);
      if (whole.length > 0) midLine = whole.at(-1) !== newline;
    }
    yield* asleep(held, midLine, switchedOff);
  };
}

/** Whether a line whose end is not there yet may be one that begins an event. */
function mayBegin(line: Buffer): boolean {
  if (line.length === 0) return false;
  const length = Math.min(line.length, begin.length);
  return line.subarray(0, length).equals(begin.subarray(0, length));
}

function* asleep(data: Buffer, midLine: boolean, switchedOff: (name: string) => void): Generator<Buffer> {
  const start = midLine ? data.indexOf(newline) + 1 : 0;
  if (data.length === 0 || (midLine && start === 0) || data.indexOf(begin, start) === -1) {
    if (data.length > 0) yield data;
    return;
  }
  yield data.subarray(0, start);
  const text = data.toString("latin1", start).replace(header, (_, head: string, name: string) => {
    switchedOff(Buffer.from(name, "latin1").toString("utf8").replaceAll("``", "`"));
    return `${head} DISABLE`;
  });
  yield Buffer.from(text, "latin1");
}
