import { type Level, nameOf, type Places } from "../../api/place-names.ts";

/** Null for one that is gone: only its id is left. */
export function placeName(places: Places | undefined, level: Level, id: string): string | null {
  const name = nameOf(places, level, id);
  return name === "" || name === id ? null : name;
}
