import { Button, Group, Tabs, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { usePlaces } from "../../api/places.ts";
import { callbackTabs } from "../../app/choices.ts";
import type { CallbackSearch } from "../../app/search.ts";
import { useMay, useWho } from "../../app/who.ts";
import { Asked, Head } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { openCallbackWords } from "../../texts/open-callback.ts";
import { useLive, useQueue } from "./data.ts";
import { Detail } from "./detail.tsx";
import { CallbackFilters } from "./filters.tsx";
import { OpenCallback } from "./open-callback.tsx";
import { SavedFiltersMenu } from "./saved-filters-menu.tsx";
import { Worklist } from "./worklist.tsx";

const route = getRouteApi("/callbacks");

export function Callbacks() {
  const { texts } = useSpeech();
  const words = useWords(openCallbackWords);
  const search = route.useSearch();
  const { tab = "all", open } = search;
  const navigate = route.useNavigate();
  const places = usePlaces();
  const queue = useQueue(search);
  const isLive = useLive();
  const isStaff = useWho().data?.staffId != null;
  // A link may lead there all the same.
  const tabs = callbackTabs.filter((each) => each !== "mine" || isStaff || tab === "mine");
  const mayPromise = useMay()("callbacks:write");
  const show = (above: Pick<CallbackSearch, "open" | "add">) =>
    void navigate({ search: { ...search, open: undefined, add: undefined, ...above } });
  return (
    <>
      <Head title={texts.screens.callbacks} intro={texts.callbacks.intro}>
        <Group gap="md">
          <Text size="sm" className={isLive ? "good" : "warning"} role="status">
            <span aria-hidden>●</span> {isLive ? texts.callbacks.live : texts.callbacks.offline}
          </Text>
          {places.data && (
            <SavedFiltersMenu
              key={places.data.company.id}
              companyId={places.data.company.id}
              search={search}
              onPick={(picked) => void navigate({ search: picked })}
            />
          )}
          {mayPromise && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => show({ add: "new" })}>
              {words.open}
            </Button>
          )}
        </Group>
      </Head>
      <CallbackFilters
        search={search}
        places={places.data}
        onChange={(change) => void navigate({ search: { ...search, ...change } })}
      />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(value) =>
          void navigate({ search: { ...search, tab: callbackTabs.find((known) => known === value) } })
        }
      >
        <div className="scroll">
          <Tabs.List aria-label={texts.callbacks.tabsLabel} className="tabs">
            {tabs.map((each) => (
              <Tabs.Tab key={each} value={each}>
                {texts.callbacks.tabs[each]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </div>
        <Tabs.Panel value={tab} pt="md">
          <Asked query={queue}>
            {({ pages }) => {
              const items = pages.flatMap((page) => page.items);
              return (
                <>
                  <Worklist
                    key={JSON.stringify([tab, search.branch, search.staff, search.priority])}
                    items={items}
                    places={places.data}
                    picked={open}
                    areOpen={tab !== "completed"}
                    onPick={(id) => show({ open: id })}
                  />
                  {queue.hasNextPage && (
                    <Button
                      variant="default"
                      mt="md"
                      loading={queue.isFetchingNextPage}
                      onClick={() => void queue.fetchNextPage()}
                    >
                      {texts.app.more}
                    </Button>
                  )}
                </>
              );
            }}
          </Asked>
        </Tabs.Panel>
      </Tabs>
      {open !== undefined && <Detail id={open} places={places.data} onClose={() => show({})} />}
      {search.add !== undefined && mayPromise && places.data && (
        <OpenCallback places={places.data} onClose={() => show({})} onOpened={(id) => show({ open: id })} />
      )}
    </>
  );
}
