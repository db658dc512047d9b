import { lazy, Suspense, useEffect, useState } from "react";
import { useSession } from "./session.ts";

const Palette = lazy(async () => ({ default: (await import("../screens/palette/palette.tsx")).Palette }));

/** Ctrl-K, on a Mac Cmd-K, opens the command palette on every screen; it is loaded then. */
export function PaletteKey() {
  const session = useSession();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      setOpen((wasOpen) => !wasOpen);
    }
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
  if (!isOpen || session !== "open") return null;
  return (
    <Suspense fallback={null}>
      <Palette onClose={() => setOpen(false)} />
    </Suspense>
  );
}
