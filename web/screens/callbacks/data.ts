import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import type { callbackTabs } from "../../app/choices.ts";
import { sessionHeaders } from "../../app/session.ts";
import { readEvents } from "./read-events.ts";

export type Callback = Schemas["Callback"];
export type Tab = (typeof callbackTabs)[number];

export function useQueue(tab: Tab, branchId: string | undefined) {
  return useInfiniteQuery({
    queryKey: ["callbacks", tab, branchId],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => {
      const query = {
        tab,
        limit: 50,
        ...(tab === "all" ? { open: "true" as const } : {}),
        ...(tab === "completed" ? { sort: "newest" as const } : {}),
        ...(branchId === undefined ? {} : { branchId }),
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

/** The time, read anew every few seconds, so that deadlines count down. */
export function useNow(everyMilliseconds = 5000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMilliseconds);
    return () => clearInterval(timer);
  }, [everyMilliseconds]);
  return now;
}
