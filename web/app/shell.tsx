import { ActionIcon, Modal } from "@mantine/core";
import {
  IconBell,
  IconCalendarEvent,
  IconHistory,
  IconLayoutDashboard,
  IconLogout,
  IconPhone,
  IconScale,
  IconSettings,
} from "@tabler/icons-react";
import { Link, Outlet } from "@tanstack/react-router";
import { usePlaces } from "../api/places.ts";
import { Appearance, Mark } from "../components/appearance.tsx";
import { useSpeech } from "../texts/language.tsx";
import { signOut, useSession } from "./session.ts";
import { SignIn, SignInForm } from "./sign-in.tsx";

const screens = [
  { to: "/", name: "overview", Icon: IconLayoutDashboard },
  { to: "/appointments", name: "appointments", Icon: IconCalendarEvent },
  { to: "/policies", name: "policies", Icon: IconScale },
  { to: "/callbacks", name: "callbacks", Icon: IconPhone },
  { to: "/notifications", name: "notifications", Icon: IconBell },
  { to: "/modifications", name: "modifications", Icon: IconHistory },
  { to: "/settings", name: "settings", Icon: IconSettings },
] as const;

/** What surrounds every screen. Who is not signed in sees nothing else than the way in. */
export function Shell() {
  const session = useSession();
  const { texts } = useSpeech();
  if (session === "none") return <SignIn />;
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {texts.app.skip}
      </a>
      <Navigation />
      <main id="content" className="page">
        <TopBar />
        <Outlet />
      </main>
      <Modal
        opened={session === "expired"}
        onClose={signOut}
        title={texts.signIn.title}
        closeButtonProps={{ "aria-label": texts.app.close }}
      >
        <SignInForm note={texts.signIn.expired} />
      </Modal>
    </div>
  );
}

function Navigation() {
  const { texts } = useSpeech();
  return (
    <nav className="side" aria-label={texts.app.navigation}>
      <div className="brand">
        <Mark />
        {texts.app.name}
      </div>
      {screens.map(({ to, name, Icon }) => (
        <Link key={to} to={to} activeOptions={{ exact: to === "/", includeSearch: false }} search={{}}>
          <Icon size={19} stroke={1.7} aria-hidden />
          <span className="wide">{texts.screens[name]}</span>
          <span className="narrow">{texts.shortScreens[name]}</span>
        </Link>
      ))}
    </nav>
  );
}

function TopBar() {
  const { texts } = useSpeech();
  const places = usePlaces();
  return (
    <div className="top">
      <strong className="top-company">{places.data?.company.name ?? ""}</strong>
      <Appearance />
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={texts.app.signOut}
        title={texts.app.signOut}
        onClick={signOut}
      >
        <IconLogout size={18} aria-hidden />
      </ActionIcon>
    </div>
  );
}
