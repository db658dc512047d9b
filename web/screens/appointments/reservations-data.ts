import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { useSettings } from "../../api/settings.ts";
import { useNow } from "../../components/now.ts";

export type Reservation = Schemas["Reservation"];
export const touchedByReservations = ["reservations", "appointment", "appointments", "decisions"] as const;

/** One whose time is over is over, whether or not a worker has said so. */
export const statusAt = ({ status, expiresAt }: Reservation, now: number): Reservation["status"] =>
  status === "reserved" && Date.parse(expiresAt) <= now ? "expired" : status;

/** What is or was reserved of an appointment. While one waits it is asked again: the platform may confirm any moment. */
export function useReservations(appointmentId: number) {
  const queries = useQueryClient();
  const now = useNow();
  const query = useQuery({
    queryKey: ["reservations", appointmentId],
    queryFn: () => dataOf(api.GET("/api/v1/reservations", { params: { query: { appointmentId, limit: 25 } } })),
    refetchInterval: ({ state }) => (state.data?.items.some(({ status }) => status === "reserved") ? 5000 : false),
  });
  const waiting = query.data?.items.find((each) => statusAt(each, now) === "reserved");
  const before = useRef(waiting?.id);
  useEffect(() => {
    if (before.current !== undefined && before.current !== waiting?.id) {
      for (const name of touchedByReservations) void queries.invalidateQueries({ queryKey: [name] });
    }
    before.current = waiting?.id;
  }, [waiting?.id, queries]);
  return { query, waiting, now };
}

/** Whether the platform keeps the appointments itself; not known to whoever may not read the settings. */
export function useIsKeptByPlatform(): boolean {
  const settings = useSettings();
  return settings.data?.appointmentOwner === "host";
}

/** What waits for the platform, by appointment: one change of each at most. */
export function useWaitingChanges(): ReadonlyMap<number, Reservation> {
  const isKeptByPlatform = useIsKeptByPlatform();
  const now = useNow();
  const waiting = useQuery({
    queryKey: ["reservations", "waiting"],
    enabled: isKeptByPlatform,
    refetchInterval: 15_000,
    queryFn: () =>
      dataOf(api.GET("/api/v1/reservations", { params: { query: { status: "reserved" as const, limit: 100 } } })),
  });
  const items = (waiting.data?.items ?? []).filter((each) => statusAt(each, now) === "reserved");
  return new Map(items.map((each) => [each.appointmentId, each]));
}
