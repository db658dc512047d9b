import { Link, Navigate, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { settingsPartsFor } from "../../app/screens.ts";
import { useMay } from "../../app/who.ts";
import { Head } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { settingsParts } from "../../texts/settings.ts";

export function SettingsLayout() {
  const { texts } = useSpeech();
  const words = useWords(settingsParts);
  const parts = settingsPartsFor(useMay());
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone the parts lie side by side, wider than the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another part is the current one when the address changes
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [pathname]);
  // The first part is not everybody's; who names another one is answered by the server.
  const isAllowed = !/^\/settings\/?$/.test(pathname) || parts.some(({ to }) => to === "/settings");
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
      {isAllowed ? <Outlet /> : <Navigate to={parts[0]?.to ?? "/"} search={{}} replace />}
    </>
  );
}
