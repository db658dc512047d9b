import { type Check, type Limits, looksNeeded, type Sighting } from "./sighting.ts";

export interface Alarm {
  readonly check: Check;
  readonly subject: string;
  readonly detail: string;
  readonly at: string;
  /** Since when it is well again; null: it is not, or nobody looked any more. */
  readonly until: string | null;
  readonly notMendable: string | null;
}

export interface AlarmBook {
  /** @returns what has become an alarm by this look, and which alarms are over by it */
  enter(sightings: readonly Sighting[], now: Date): { raised: Alarm[]; over: Alarm[] };
  all(): Alarm[];
}

/** What is wrong for so many looks in a row is an alarm, once, until it was well. */
export function alarmBook(limits: Limits): AlarmBook {
  const inARow = new Map<string, number>();
  const alarms: Alarm[] = [];
  const current = new Map<string, number>();
  const enterOne = ({ check, subject, wrong, notMendable }: Sighting, now: Date) => {
    const key = `${check}\n${subject}`;
    if (wrong === null) {
      inARow.delete(key);
      return ended(key, now);
    }
    const count = (inARow.get(key) ?? 0) + 1;
    inARow.set(key, count);
    if (count < looksNeeded(check, limits) || current.has(key)) return {};
    const raised = { check, subject, detail: wrong, at: now.toISOString(), until: null, notMendable };
    current.set(key, alarms.push(raised) - 1);
    return { raised };
  };
  const ended = (key: string, now: Date) => {
    const index = current.get(key);
    const alarm = index === undefined ? undefined : alarms[index];
    if (index === undefined || alarm === undefined) return {};
    current.delete(key);
    const over = { ...alarm, until: now.toISOString() };
    alarms[index] = over;
    return { over };
  };
  return {
    enter(sightings, now) {
      const found: { raised?: Alarm; over?: Alarm }[] = sightings.map((sighting) => enterOne(sighting, now));
      return {
        raised: found.flatMap(({ raised }) => raised ?? []),
        over: found.flatMap(({ over }) => over ?? []),
      };
    },
    all: () => [...alarms],
  };
}
