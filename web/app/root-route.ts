import { createRootRoute } from "@tanstack/react-router";
import { NotFound } from "../components/states.tsx";
import { Shell } from "./shell.tsx";

export const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound });
