import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { enterByPassword, useSession, useWay, workFor } from "./session.ts";
import { type Who, whoQuery } from "./who.ts";

/** What follows the server's cookie: one carries on where one was; what was there of somebody else is forgotten. */
export function useArrival(): () => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const session = useSession();
  const way = useWay();
  return async () => {
    const before = queries.getQueryData<Who>(whoQuery.queryKey);
    const now = await queries.fetchQuery({ ...whoQuery, staleTime: 0, retry: false });
    if (before?.person.id !== now.person.id) {
      const isSomethingShown = session === "expired" && (before !== undefined || way === "key");
      workFor(null);
      if (isSomethingShown) await navigate({ to: "/", search: {} });
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
    }
    enterByPassword();
    await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
  };
}
