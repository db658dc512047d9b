import type { components } from "./schema.ts";

export type Places = components["schemas"]["Hierarchy"];
export type Level = "company" | "branch" | "service" | "staff";

/** Apart from what asks for them, so that tests can hold words against it. */
export function nameOf(places: Places | undefined, level: Level, id: string | number | null): string {
  if (places === undefined || id === null) return "";
  if (level === "company") return places.company.name;
  const list: readonly { id: string | number; name: string }[] =
    level === "branch" ? places.branches : level === "service" ? places.services : places.staff;
  return list.find((place) => String(place.id) === String(id))?.name ?? String(id);
}
