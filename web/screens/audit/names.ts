import { useQuery } from "@tanstack/react-query";
import { allPages } from "../../api/all-pages.ts";
import { api, dataOf } from "../../api/client.ts";
import { useMay } from "../../app/who.ts";
import type { Names } from "./subject.ts";

const nobody: ReadonlyMap<string, string> = new Map();

/** Who those are that can sign in now, and the API keys; nobody for who may not see them, and none who was taken out since. */
export function useNames(): Names {
  const may = useMay();
  const users = useQuery({ queryKey: ["users", "names"], enabled: may("users:read"), queryFn: readUsers });
  const keys = useQuery({ queryKey: ["apiKeys", "names"], enabled: may("keys:read"), queryFn: readKeys });
  return { users: users.data ?? nobody, keys: keys.data ?? nobody };
}

async function readUsers(): Promise<ReadonlyMap<string, string>> {
  const read = (cursor: { cursor?: string }) =>
    dataOf(api.GET("/api/v1/users", { params: { query: { limit: 100, ...cursor } } }));
  return namesOf({ items: await allPages(read) });
}

const readKeys = async () => namesOf(await dataOf(api.GET("/api/v1/api-keys")));

function namesOf({ items }: { items: readonly { id: number; name: string }[] }): ReadonlyMap<string, string> {
  return new Map(items.map(({ id, name }) => [String(id), name]));
}
