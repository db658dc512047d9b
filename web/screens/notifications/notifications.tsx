import { Link } from "@tanstack/react-router";
import { notificationTabs } from "../../app/choices.ts";
import { type May, useMay } from "../../app/who.ts";
import { Parts } from "../../components/parts.tsx";
import { Head } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { notificationWords } from "../../texts/notifications.ts";
import { route } from "./data.ts";
import { Deliveries } from "./deliveries.tsx";
import { DryRun } from "./dry-run.tsx";
import { Matrix } from "./matrix.tsx";
import { Templates } from "./templates.tsx";

const parts = { matrix: Matrix, templates: Templates, "dry-run": DryRun, deliveries: Deliveries };

export function NotificationsScreen() {
  const { texts } = useSpeech();
  const words = useWords(notificationWords);
  const { tab = "matrix", branch, service, staff } = route.useSearch();
  const offered = offeredTo(useMay());
  const Part = parts[tab];
  return (
    <>
      <Head title={texts.screens.notifications} intro={words.intro} />
      <Parts label={texts.screens.notifications} current={tab}>
        {offered.map((each) => (
          <Link
            key={each}
            to="/notifications"
            search={{ tab: each === "matrix" ? undefined : each, branch, service, staff }}
            activeOptions={{ exact: true }}
            aria-current={each === tab ? "page" : undefined}
          >
            {words.tabs[each]}
          </Link>
        ))}
      </Parts>
      <Part />
    </>
  );
}

function offeredTo(may: May) {
  const needs = { "dry-run": "appointments:read", deliveries: "deliveries:read" } as const;
  return notificationTabs.filter((tab) => tab === "matrix" || tab === "templates" || may(needs[tab]));
}
