import { useQuery } from "@tanstack/react-query";
import { useMay } from "../app/who.ts";
import { api, dataOf } from "./client.ts";

/** The company's settings; not asked for by whoever may not read them. */
export function useSettings() {
  const mayAsk = useMay()("settings:read");
  return useQuery({
    queryKey: ["settings"],
    enabled: mayAsk,
    queryFn: () => dataOf(api.GET("/api/v1/settings")),
  });
}
