import { SegmentedControl } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { Head } from "../../components/states.tsx";
import { useSpeech } from "../../texts/language.tsx";
import { Deliveries } from "./deliveries.tsx";
import { Matrix } from "./matrix.tsx";

const route = getRouteApi("/notifications");
const tabs = ["matrix", "deliveries"] as const;

export function NotificationsScreen() {
  const { texts } = useSpeech();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tab = search.tab ?? "matrix";
  return (
    <>
      <Head title={texts.screens.notifications} intro={texts.notifications.intro}>
        <SegmentedControl
          aria-label={texts.screens.notifications}
          value={tab}
          onChange={(value) => void navigate({ search: { tab: tabs.find((known) => known === value) } })}
          data={tabs.map((value) => ({ value, label: texts.notifications.tabs[value] }))}
        />
      </Head>
      {tab === "matrix" ? <Matrix /> : <Deliveries />}
    </>
  );
}
