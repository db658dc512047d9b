import { useQuery } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { useMay } from "../../app/who.ts";

/** Who those are that can sign in now, by id; nobody for who may not see them, and none who was taken out since. */
export function useUserNames(): ReadonlyMap<string, string> {
  const may = useMay();
  const users = useQuery({ queryKey: ["users", "names"], enabled: may("users:read"), queryFn: readNames });
  return users.data ?? new Map();
}

async function readNames(): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  let cursor: string | undefined;
  do {
    const query = { limit: 100, ...(cursor === undefined ? {} : { cursor }) };
    const page = await dataOf(api.GET("/api/v1/users", { params: { query } }));
    for (const { id, name } of page.items) names.set(String(id), name);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return names;
}
