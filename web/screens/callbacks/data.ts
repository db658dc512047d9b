import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import type { callbackTabs } from "../../app/choices.ts";
import type { CallbackSearch } from "../../app/search.ts";
import { sessionHeaders } from "../../app/session.ts";
import { readEvents } from "./read-events.ts";

export type Callback = Schemas["Callback"];
export type Tab = (typeof callbackTabs)[number];

export function useQueue({ tab = "all", branch, staff, priority }: CallbackSearch) {
  return useInfiniteQuery({
    queryKey: ["callbacks", tab, branch, staff, priority],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => {
      const query = {
        tab,
        limit: 50,
        ...(tab === "all" ? { open: "true" as const } : {}),
        ...(tab === "completed" ? { sort: "newest" as const } : {}),
        ...(branch === undefined ? {} : { branchId: branch }),
        ...(staff === undefined ? {} : { assignedTo: staff }),
        ...(priority === undefined ? {} : { priority }),
        ...(pageParam === undefined ? {} : { cursor: pageParam }),
      };
      return dataOf(api.GET("/api/v1/callbacks", { params: { query } }));
    },
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

/** Reads again whatever changed, as it changes. @returns whether the stream is open */
export function useLive(): boolean {
  const queries = useQueryClient();
  const [isLive, setLive] = useState(true);
  useEffect(() => {
    const ending = new AbortController();
    void readEvents({
      url: "/api/v1/callbacks/stream",
      headers: sessionHeaders,
      signal: ending.signal,
      onOpen: setLive,
      onEvent: () => {
        void queries.invalidateQueries({ queryKey: ["callbacks"] });
        void queries.invalidateQueries({ queryKey: ["callback"] });
      },
    });
    return () => ending.abort();
  }, [queries]);
  return isLive;
}
