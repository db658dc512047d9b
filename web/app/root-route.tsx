import { createRootRoute, Outlet, useLocation } from "@tanstack/react-router";
import { NotFound } from "../components/states.tsx";
import { PaletteKey } from "./palette-key.tsx";
import { Shell } from "./shell.tsx";

function Root() {
  const { pathname } = useLocation();
  // Behind a link of a mail, where nobody is signed in yet.
  if (pathname === "/password") return <Outlet />;
  return (
    <>
      <Shell />
      <PaletteKey />
    </>
  );
}

export const rootRoute = createRootRoute({ component: Root, notFoundComponent: NotFound });
