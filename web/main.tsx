import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/app.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { Notices } from "./app/notices.tsx";
import { queryClient } from "./app/queries.ts";
import { router } from "./app/router.tsx";
import { theme } from "./app/theme.ts";
import { LanguageProvider } from "./texts/language.tsx";

/** Styles that Mantine makes in the browser carry it, as the page's content security policy asks. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
}

/** What locks scrolling behind a dialog makes a style too, and looks for the nonce here. */
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no root.");
createRoot(root).render(
  <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
    <LanguageProvider>
      <QueryClientProvider client={queryClient}>
        <Notices />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </LanguageProvider>
  </MantineProvider>,
);
