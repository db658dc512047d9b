import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { api, dataOf, type Schemas } from "../api/client.ts";
import { useSession, useWay } from "./session.ts";

export type Who = Schemas["Session"];
export type Permission = Who["permissions"][number]["permission"];

/** Where something stands, and whose own it is. */
export interface Place {
  readonly branchId: string | null;
  readonly staffId?: string | null;
}

export const wholeCompany: Place = { branchId: null };

export type May = (permission: Permission, place?: Place) => boolean;

export const whoQuery = {
  queryKey: ["session"],
  queryFn: () => dataOf(api.GET("/api/v1/session")),
  staleTime: 60_000,
} as const;

/** The person who is signed in; asked for nobody where it is a key. */
export function useWho() {
  const way = useWay();
  const session = useSession();
  return useQuery({ ...whoQuery, enabled: way === "password" && session === "open" });
}

/** Whether a permission is held: at all, or at a place. What a key may do is not known here: it is offered everything. */
export function useMay(): May {
  const way = useWay();
  const permissions = useWho().data?.permissions;
  return useCallback(
    (permission, place) => {
      if (way === "key") return true;
      const held = permissions?.find((each) => each.permission === permission);
      return held !== undefined && (place === undefined || reaches(held.reach, place));
    },
    [way, permissions],
  );
}

function reaches(reach: Who["permissions"][number]["reach"], { branchId, staffId = null }: Place): boolean {
  if (reach === null) return true;
  return (
    (branchId !== null && reach.branches.includes(branchId)) || (staffId !== null && reach.staff.includes(staffId))
  );
}
