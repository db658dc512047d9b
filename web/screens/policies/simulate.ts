import { useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { instantAt } from "../../components/zone.ts";
import type { Decision } from "./verdict.tsx";
import type { Wish } from "./what-if.tsx";

export type Simulation = Schemas["SimulationInput"];
/** An appointment, made up or as it is, and what its customer has used. */
export type Subject = Omit<Extract<Simulation, { action: "cancel" }>, "action" | "at"> & {
  readonly movesSoFar?: number;
};

/** Null while what is typed is no whole question yet. */
export function questionOf({ movesSoFar = 0, ...subject }: Subject, wish: Wish, zone: string): Simulation | null {
  const at = wish.at === "" ? null : instantAt(wish.at, zone);
  if (wish.at !== "" && at === null) return null;
  if (wish.action === "cancel") return { ...subject, action: "cancel", at };
  const to = instantAt(wish.to, zone);
  return to === null ? null : { ...subject, action: "reschedule", at, to, movesSoFar };
}

export function useSimulation(question: Simulation | null) {
  return useQuery({
    queryKey: ["simulation", question],
    enabled: question !== null,
    queryFn: (): Promise<Decision> =>
      dataOf(api.POST("/api/v1/policies/simulations", { body: question as Simulation })),
  });
}
