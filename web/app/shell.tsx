import { Link, Outlet } from "@tanstack/react-router";
import { Mark } from "../components/appearance.tsx";
import { Dialog } from "../components/layer.tsx";
import { Asked } from "../components/states.tsx";
import { useSpeech } from "../texts/language.tsx";
import { CompanyChoice } from "./company-choice.tsx";
import { screensFor } from "./screens.ts";
import { leave, useChosenCompany, useSession, useWay } from "./session.ts";
import { SignIn, SignInAgain } from "./sign-in.tsx";
import { TopBar } from "./top-bar.tsx";
import { useMay, useWho, type Who } from "./who.ts";

/** What surrounds every screen. Who is not signed in sees nothing else than the way in. */
export function Shell() {
  const session = useSession();
  const way = useWay();
  const who = useWho();
  const company = useChosenCompany();
  const { texts } = useSpeech();
  if (session === "none") return <SignIn />;
  if (way === "key") return <Frame who={null} />;
  // The cookie was over before anything was shown.
  if (session === "expired" && who.data === undefined) return <SignIn note={texts.signIn.expired} />;
  if (who.data === undefined) {
    return (
      <main className="page">
        <Asked query={who}>{() => null}</Asked>
      </main>
    );
  }
  return who.data.person.isOperator && company === null ? <CompanyChoice /> : <Frame who={who.data} />;
}

function Frame({ who }: { who: Who | null }) {
  const session = useSession();
  const { texts } = useSpeech();
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {texts.app.skip}
      </a>
      <Navigation />
      <main id="content" className="page">
        <TopBar who={who} />
        <Outlet />
      </main>
      {session === "expired" && (
        <Dialog onClose={leave} title={texts.signIn.title} zIndex={600}>
          <SignInAgain />
        </Dialog>
      )}
    </div>
  );
}

function Navigation() {
  const { texts } = useSpeech();
  const may = useMay();
  return (
    <nav className="side" aria-label={texts.app.navigation}>
      <div className="brand">
        <Mark />
        {texts.app.name}
      </div>
      {screensFor(may).map(({ to, name, Icon }) => (
        <Link key={to} to={to} activeOptions={{ exact: to === "/", includeSearch: false }} search={{}}>
          <Icon size={19} stroke={1.7} aria-hidden />
          <span className="wide">{texts.screens[name]}</span>
          <span className="narrow">{texts.shortScreens[name]}</span>
        </Link>
      ))}
    </nav>
  );
}
