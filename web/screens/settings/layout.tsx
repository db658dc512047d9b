import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { Head } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { settingsParts } from "../../texts/settings.ts";

const parts = [
  { to: "/settings", name: "general" },
  { to: "/settings/directory", name: "directory" },
  { to: "/settings/calendars", name: "calendars" },
  { to: "/settings/callbacks", name: "callbacks" },
  { to: "/settings/ladders", name: "ladders" },
  { to: "/settings/webhooks", name: "webhooks" },
  { to: "/settings/audit", name: "audit" },
] as const;

export function SettingsLayout() {
  const { texts } = useSpeech();
  const words = useWords(settingsParts);
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone the parts lie side by side, wider than the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another part is the current one when the address changes
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [pathname]);
  return (
    <>
      <Head title={texts.screens.settings} intro={texts.settings.intro} />
      <nav ref={nav} className="parts" aria-label={words.label}>
        {parts.map(({ to, name }) => (
          <Link key={to} to={to} activeOptions={{ exact: to === "/settings", includeSearch: false }} search={{}}>
            {words[name]}
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  );
}
