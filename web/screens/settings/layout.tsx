import { Link, Navigate, Outlet, useLocation } from "@tanstack/react-router";
import { settingsPartsFor } from "../../app/screens.ts";
import { useMay } from "../../app/who.ts";
import { Parts } from "../../components/parts.tsx";
import { Head } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { settingsParts } from "../../texts/settings.ts";

export function SettingsLayout() {
  const { texts } = useSpeech();
  const words = useWords(settingsParts);
  const parts = settingsPartsFor(useMay());
  const { pathname } = useLocation();
  // The first part is not everybody's; who names another one is answered by the server.
  const isAllowed = !/^\/settings\/?$/.test(pathname) || parts.some(({ to }) => to === "/settings");
  return (
    <>
      <Head title={texts.screens.settings} intro={texts.settings.intro} />
      <Parts label={words.label} current={pathname}>
        {parts.map(({ to, name }) => (
          <Link key={to} to={to} activeOptions={{ exact: to === "/settings", includeSearch: false }} search={{}}>
            {words[name]}
          </Link>
        ))}
      </Parts>
      {isAllowed ? <Outlet /> : <Navigate to={parts[0]?.to ?? "/"} search={{}} replace />}
    </>
  );
}
