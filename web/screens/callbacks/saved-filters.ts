import { useState } from "react";
import { type CallbackSearch, callbackSearch } from "../../app/search.ts";

export interface SavedFilter {
  readonly name: string;
  readonly search: CallbackSearch;
}

const nameOf = (companyId: number) => `frontdesk.callbackFilters.${companyId}`;

/** What an older version of this page kept, or somebody's hand, is read like an address: what fits nothing is left out. */
function read(companyId: number): readonly SavedFilter[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(nameOf(companyId)) ?? "[]");
    if (!Array.isArray(kept)) return [];
    return kept.flatMap((each: { name?: unknown; search?: unknown } | null) =>
      typeof each?.name === "string" && typeof each.search === "object" && each.search !== null
        ? [{ name: each.name, search: callbackSearch(each.search as Record<string, unknown>) }]
        : [],
    );
  } catch {
    return [];
  }
}

/** The filters that somebody kept in this browser for a company, by name. */
export function useSavedFilters(companyId: number) {
  const [filters, setFilters] = useState(() => read(companyId));
  /** @returns whether the browser keeps them */
  function write(next: readonly SavedFilter[]): boolean {
    try {
      localStorage.setItem(nameOf(companyId), JSON.stringify(next));
    } catch {
      return false;
    }
    setFilters(next);
    return true;
  }
  const others = (name: string) => read(companyId).filter((each) => each.name !== name);
  return {
    filters,
    keep: (filter: SavedFilter) =>
      write([...others(filter.name), filter].toSorted((one, other) => one.name.localeCompare(other.name))),
    forget: (name: string) => write(others(name)),
  };
}
