import { QueryClient } from "@tanstack/react-query";
import { Problem } from "../api/client.ts";

/** A refusal stays one when it is asked again; what passes by itself is asked again, ever more slowly. */
function passes(error: Error): boolean {
  return error instanceof Problem && [0, 429, 502, 503, 504].includes(error.status);
}

/** What the server asks for, in milliseconds. */
function waitOf(error: Error): number | undefined {
  if (!(error instanceof Problem) || error.retryAfterSeconds === null) return undefined;
  return Math.max(1, error.retryAfterSeconds) * 1000;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < 8 && passes(error),
      retryDelay: (failures, error) => waitOf(error) ?? Math.min(1000 * 2 ** failures, 15_000),
    },
  },
});
