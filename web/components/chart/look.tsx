import { type ReactNode, useId } from "react";

/** Told apart by pattern as well as by colour. */
export type Look = "plain" | "hatched";

/** How the looks are drawn inside one svg, which holds the definitions. */
export function useLooks(): { readonly definitions: ReactNode; fillOf(look: Look): string } {
  const id = useId();
  return {
    definitions: (
      <defs>
        <pattern id={id} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width={6} height={6} fill="var(--surface)" />
          <rect width={3.2} height={6} fill="var(--chart-other)" />
        </pattern>
      </defs>
    ),
    fillOf: (look) => (look === "hatched" ? `url(#${id})` : "var(--chart)"),
  };
}
