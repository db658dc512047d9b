import type { Limits, Look, Sighting } from "./sighting.ts";

export interface MetricsSource {
  readonly url: string;
  /** METRICS_TOKEN of that server. */
  readonly token: string;
}

/** Of one process, since it started. */
export interface ProcessFigures {
  readonly requests: number;
  readonly failed: number;
  /** Null where it does not say. */
  readonly residentBytes: number | null;
}

const mebibyte = 1024 * 1024;

/** The share of 5xx between two looks, and how much memory the process holds. */
export function figuresLook({ url, token }: MetricsSource, limits: Limits): Look {
  const subject = new URL(url).host;
  let first: ProcessFigures | null = null;
  let last: ProcessFigures | null = null;
  return async () => {
    const answer = await figuresAt(url, token);
    const figures: Sighting = {
      ...{ check: "figures", subject, wrong: typeof answer === "string" ? answer : null },
      notMendable: "figures that cannot be read say nothing about the deployment",
    };
    if (typeof answer === "string") return [figures];
    first ??= answer;
    const sightings = [
      figures,
      ...errorRate(subject, { first, last, now: answer }, limits),
      ...memory(subject, first, answer, limits),
    ];
    last = answer;
    return sightings;
  };
}

interface Times {
  readonly first: ProcessFigures;
  readonly last: ProcessFigures | null;
  readonly now: ProcessFigures;
}

function errorRate(subject: string, { first, last, now }: Times, limits: Limits): Sighting[] {
  if (last === null) return [];
  // A process that started anew counts from nothing.
  const since = now.requests < last.requests ? { requests: 0, failed: 0 } : last;
  const requests = now.requests - since.requests;
  if (requests < limits.fewestRequests) return [];
  const percent = share(requests, now.failed - since.failed);
  const was = first.requests < limits.fewestRequests ? 0 : share(first.requests, first.failed);
  return [
    {
      ...{ check: "error rate", subject },
      wrong:
        percent > limits.errorPercent
          ? `${percent.toFixed(1)} % of ${requests} answers were 5xx (at most ${limits.errorPercent} %)`
          : null,
      notMendable: was > limits.errorPercent ? `it was ${was.toFixed(1)} % already when the watch began` : null,
    },
  ];
}

function share(requests: number, failed: number): number {
  return (100 * failed) / requests;
}

function memory(subject: string, first: ProcessFigures, now: ProcessFigures, limits: Limits): Sighting[] {
  if (first.residentBytes === null || now.residentBytes === null) return [];
  return [grownBy(subject, now.residentBytes - first.residentBytes, limits)];
}

export function grownBy(subject: string, bytes: number, { memoryGrowthMebibytes: most }: Limits): Sighting {
  const grown = Math.round(bytes / mebibyte);
  const wrong = grown > most ? `${grown} MiB more than at the first look (at most ${most})` : null;
  return { check: "memory", subject, wrong, notMendable: "what holds memory is a process: start it anew" };
}

/** A sentence where they cannot be had. */
async function figuresAt(url: string, token: string): Promise<ProcessFigures | string> {
  try {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(url, { headers, redirect: "manual", signal: AbortSignal.timeout(5_000) });
    const text = await answer.text();
    return answer.ok ? figuresIn(text) : `It answered ${answer.status}.`;
  } catch {
    return "It did not answer.";
  }
}

const counted = /^frontdesk_http_request_duration_seconds_count\{.*\bstatus="(\d{3})".*\} (\S+)$/gm;

/** Prometheus' text, as far as it concerns us. Pure. */
export function figuresIn(text: string): ProcessFigures {
  const answers = [...text.matchAll(counted)].map(([, status = "", count = ""]) => ({ status, count: Number(count) }));
  const sum = (some: typeof answers) => some.reduce((total, { count }) => total + count, 0);
  const resident = /^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1];
  return {
    requests: sum(answers),
    failed: sum(answers.filter(({ status }) => status.startsWith("5"))),
    residentBytes: resident === undefined ? null : Number(resident),
  };
}
