import { QueryClient } from "@tanstack/react-query";
import { Problem } from "../api/client.ts";

/** A refusal stays one when it is asked again; what passes by itself is asked again, ever more slowly. */
function passes(error: Error): boolean {
  return error instanceof Problem && [0, 429, 502, 503, 504].includes(error.status);
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < 8 && passes(error),
      retryDelay: (failures) => Math.min(1000 * 2 ** failures, 15_000),
    },
  },
});
