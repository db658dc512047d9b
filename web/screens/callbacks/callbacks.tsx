import { Button, Group, Select, Tabs, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { usePlaces } from "../../api/places.ts";
import { callbackTabs } from "../../app/choices.ts";
import { useMay } from "../../app/who.ts";
import { Asked, Empty, Head } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { openCallbackWords } from "../../texts/open-callback.ts";
import { type Tab, useLive, useQueue } from "./data.ts";
import { Detail } from "./detail.tsx";
import { OpenCallback } from "./open.tsx";
import { Queue } from "./queue.tsx";

const route = getRouteApi("/callbacks");

export function Callbacks() {
  const { texts } = useSpeech();
  const search = route.useSearch();
  const { tab = "all", branch, open } = search;
  const navigate = route.useNavigate();
  const places = usePlaces();
  const queue = useQueue(tab, branch);
  const isLive = useLive();
  const may = useMay();
  const words = useWords(openCallbackWords);
  const show = (id: number | undefined) => void navigate({ search: { ...search, open: id, add: undefined } });
  const add = () => void navigate({ search: { ...search, open: undefined, add: "new" } });
  return (
    <>
      <Head title={texts.screens.callbacks} intro={texts.callbacks.intro}>
        <Group gap="md">
          <Text size="sm" className={isLive ? "good" : "warning"} role="status">
            <span aria-hidden>●</span> {isLive ? texts.callbacks.live : texts.callbacks.offline}
          </Text>
          <Select
            aria-label={texts.callbacks.columns.branch}
            placeholder={texts.callbacks.allBranches}
            data={(places.data?.branches ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            value={branch ?? null}
            onChange={(value) => void navigate({ search: { ...search, branch: value ?? undefined } })}
            clearable
            clearButtonProps={{ "aria-label": texts.callbacks.allBranches }}
            w={200}
          />
          {may("callbacks:write") && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
              {words.add}
            </Button>
          )}
        </Group>
      </Head>
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(value) =>
          void navigate({ search: { ...search, tab: callbackTabs.find((known) => known === value) } })
        }
      >
        <div className="scroll">
          <Tabs.List aria-label={texts.callbacks.tabsLabel} className="tabs">
            {callbackTabs.map((each: Tab) => (
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
              if (items.length === 0) return <Empty title={texts.callbacks.empty} hint={texts.callbacks.emptyHint} />;
              return (
                <>
                  <Queue items={items} places={places.data} picked={open} onPick={show} />
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
      {search.add !== undefined && places.data && may("callbacks:write") && (
        <OpenCallback places={places.data} onClose={() => show(undefined)} onOpened={show} />
      )}
      {open !== undefined && <Detail id={open} places={places.data} onClose={() => show(undefined)} />}
    </>
  );
}
