import { type ReactNode, useEffect, useRef } from "react";

interface Props {
  readonly label: string;
  /** Which part is shown. */
  readonly current: string;
  /** A link for each part. */
  readonly children: ReactNode;
}

/** The parts of a screen. On a phone they lie side by side, wider than the screen. */
export function Parts({ label, current, children }: Props) {
  const nav = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another link is the current one with another part
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [current]);
  return (
    <nav ref={nav} className="parts" aria-label={label}>
      {children}
    </nav>
  );
}
