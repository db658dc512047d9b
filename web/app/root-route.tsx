import { createRootRoute } from "@tanstack/react-router";
import { NotFound } from "../components/states.tsx";
import { PaletteKey } from "./palette-key.tsx";
import { Shell } from "./shell.tsx";

function Root() {
  return (
    <>
      <Shell />
      <PaletteKey />
    </>
  );
}

export const rootRoute = createRootRoute({ component: Root, notFoundComponent: NotFound });
