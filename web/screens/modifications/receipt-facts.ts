import type { Level } from "../../api/places.ts";

const levels = ["staff", "service", "branch", "company", "system"] as const satisfies readonly (Level | "system")[];

export interface Looks {
  readonly noticeMs: number | null;
  readonly needed: { readonly hours: number; readonly level: Level | "system" } | null;
  readonly used30Days: number | null;
}

/** The numbers of a receipt that people ask about first. What is not there, or not as it should be, is left out. */
export function looksOf(receipt: Record<string, unknown>): Looks {
  const { facts, policy, noticeMs } = receipt as {
    facts?: { used30Days?: unknown };
    policy?: { provenance?: { minNoticeHours?: { value?: unknown; level?: unknown } } };
    noticeMs?: unknown;
  };
  const notice = policy?.provenance?.minNoticeHours;
  const level = levels.find((known) => known === notice?.level);
  return {
    noticeMs: typeof noticeMs === "number" && noticeMs >= 0 ? noticeMs : null,
    needed: typeof notice?.value === "number" && level !== undefined ? { hours: notice.value, level } : null,
    used30Days: typeof facts?.used30Days === "number" ? facts.used30Days : null,
  };
}
