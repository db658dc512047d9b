import { setTimeout as sleep } from "node:timers/promises";

export interface HealthOptions {
  /** For each attempt, redirects and all. */
  readonly timeoutMs: number;
  /** How long a URL that fails is tried again: a process needs a moment to open. Once, when left out. */
  readonly patienceMs?: number;
  /** Lets the request in during maintenance. */
  readonly allowToken?: string | null;
}

/** `failure` is a sentence for people; null where it answered with 200 to 399. */
export interface Health {
  /** Without query and credentials. */
  readonly url: string;
  readonly failure: string | null;
  readonly status: number | null;
  readonly milliseconds: number;
  readonly attempts: number;
}

const mostRedirects = 5;
const pauseMilliseconds = 250;

/** Asks all of them at once. A redirect is followed on the same host only: elsewhere nobody knows what answers. */
export async function checkHealth(urls: readonly string[], options: HealthOptions): Promise<Health[]> {
  return Promise.all(urls.map((url) => checkPatiently(url, options)));
}

async function checkPatiently(url: string, options: HealthOptions): Promise<Health> {
  const deadline = performance.now() + (options.patienceMs ?? 0);
  for (let attempts = 1; ; attempts++) {
    const began = performance.now();
    const answer = await check(url, options);
    const milliseconds = Math.round(performance.now() - began);
    if (answer.failure === null || performance.now() + pauseMilliseconds > deadline) {
      return { url: shown(url), ...answer, milliseconds, attempts };
    }
    await sleep(pauseMilliseconds);
  }
}

type Answer = Pick<Health, "failure" | "status">;

async function check(url: string, { timeoutMs, allowToken }: HealthOptions): Promise<Answer> {
  const headers = allowToken ? { "frontdesk-maintenance-token": allowToken } : {};
  let signal: AbortSignal | undefined;
  try {
    let at = new URL(url);
    if (at.username !== "" || at.password !== "") return failed("The URL holds credentials. Give one without.");
    signal = AbortSignal.timeout(timeoutMs);
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      const response = await fetch(at, { redirect: "manual", headers, signal });
      const location = response.headers.get("location");
      await response.body?.cancel();
      const { status } = response;
      if (status < 200 || status > 399) return failed(`It answered ${status}.`, status);
      if (status < 300 || location === null) return { failure: null, status };
      const next = new URL(location, at);
      if (next.host !== at.host) return failed(`It redirects to ${next.host}. Give the final address.`, status);
      at = next;
    }
    return failed(`It redirects more than ${mostRedirects} times.`);
  } catch (error) {
    return failed(signal?.aborted ? `It did not answer within ${timeoutMs} ms.` : reasonOf(error));
  }
}

function failed(failure: string, status: number | null = null): Answer {
  return { failure, status };
}

/** fetch hides the reason in its cause, and a refused connection to several addresses in a list of them. */
function reasonOf(error: unknown): string {
  const { code, message, cause } = error as { code?: string; message?: string; cause?: unknown };
  if (cause !== undefined && cause !== null) return reasonOf(cause);
  if (code === "ERR_INVALID_URL") return "It is not a URL.";
  return code === "ECONNREFUSED" ? "Nobody listens there (ECONNREFUSED)." : message || code || "It did not answer.";
}

function shown(url: string): string {
  if (!URL.canParse(url)) return "(not a URL)";
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
