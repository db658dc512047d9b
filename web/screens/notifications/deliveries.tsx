import { Anchor, Button, Drawer, Select, Stack, Table, Text, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { usePlaces } from "../../api/places.ts";
import { channels, deliveryStatuses } from "../../app/choices.ts";
import { useMay } from "../../app/who.ts";
import { useAct } from "../../components/act.tsx";
import { FilterBar } from "../../components/filters.tsx";
import { Asked, Empty } from "../../components/states.tsx";
import { useSpeech } from "../../texts/language.tsx";

const route = getRouteApi("/notifications");
type Delivery = Schemas["Delivery"];
const bad = ["failed", "bounced", "expired", "unknown"];

export function Deliveries() {
  const { texts } = useSpeech();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const channel = channels.find((known) => known === search.channel);
  const list = useDeliveries(search.status, channel);
  return (
    <>
      <FilterBar set={[search.status, search.channel]}>
        <Select
          label={texts.notifications.status}
          placeholder={texts.notifications.anyStatus}
          data={deliveryStatuses.map((value) => ({ value, label: texts.notifications.statuses[value] }))}
          value={search.status ?? null}
          onChange={(value) =>
            void navigate({ search: { ...search, status: deliveryStatuses.find((known) => known === value) } })
          }
          clearable
          clearButtonProps={{ "aria-label": texts.notifications.anyStatus }}
        />
        <Select
          label={texts.notifications.channel}
          placeholder={texts.notifications.anyChannel}
          data={channels.map((value) => ({ value, label: texts.notifications.channels[value] }))}
          value={channel ?? null}
          onChange={(value) => void navigate({ search: { ...search, channel: value ?? undefined } })}
          clearable
          clearButtonProps={{ "aria-label": texts.notifications.anyChannel }}
        />
      </FilterBar>
      <Asked query={list}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <Empty title={texts.notifications.empty} />;
          return <List items={items} onPick={(open) => void navigate({ search: { ...search, open } })} />;
        }}
      </Asked>
      {list.hasNextPage && (
        <Button variant="default" mt="md" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {texts.app.more}
        </Button>
      )}
      {search.open !== undefined && (
        <Detail id={search.open} onClose={() => void navigate({ search: { ...search, open: undefined } })} />
      )}
    </>
  );
}

function useDeliveries(status: Delivery["status"] | undefined, channel: Delivery["channel"] | undefined) {
  return useInfiniteQuery({
    queryKey: ["deliveries", status, channel],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => {
      const filter = { ...(status && { status }), ...(channel && { channel }) };
      const query = { limit: 50, ...filter, ...(pageParam === undefined ? {} : { cursor: pageParam }) };
      return dataOf(api.GET("/api/v1/deliveries", { params: { query } }));
    },
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

function List({ items, onPick }: { items: readonly Delivery[]; onPick(id: number): void }) {
  const { texts, format } = useSpeech();
  const zone = usePlaces().data?.company.timezone;
  const { when, to, event, channel, status } = texts.notifications.columns;
  return (
    <div className="panel scroll">
      <Table verticalSpacing="sm" className="stacking named">
        <Table.Thead>
          <Table.Tr>
            {[when, to, event, channel, status].map((title) => (
              <Table.Th key={title}>{title}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((delivery) => (
            <Table.Tr key={delivery.id}>
              <Table.Td>{format.moment(delivery.createdAt, zone)}</Table.Td>
              <Table.Td>
                <Anchor component="button" type="button" size="sm" className="name" onClick={() => onPick(delivery.id)}>
                  {delivery.recipientName}
                </Anchor>
              </Table.Td>
              <Table.Td>{texts.notifications.events[delivery.event]}</Table.Td>
              <Table.Td>{texts.notifications.channels[delivery.channel]}</Table.Td>
              <Table.Td className={bad.includes(delivery.status) ? "danger" : ""}>
                {texts.notifications.statuses[delivery.status]}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Detail({ id, onClose }: { id: number; onClose(): void }) {
  const { texts } = useSpeech();
  const params = { path: { deliveryId: id } };
  const delivery = useQuery({
    queryKey: ["deliveries", "one", id],
    queryFn: () => dataOf(api.GET("/api/v1/deliveries/{deliveryId}", { params })),
  });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="md"
      title={texts.notifications.delivery(delivery.data?.recipientName ?? "")}
      closeButtonProps={{ "aria-label": texts.app.close }}
    >
      <Asked query={delivery}>{(known) => <Content delivery={known} />}</Asked>
    </Drawer>
  );
}

function Content({ delivery }: { delivery: Delivery }) {
  const { texts, format } = useSpeech();
  const zone = usePlaces().data?.company.timezone;
  const params = { path: { deliveryId: delivery.id } };
  const timeline = useQuery({
    queryKey: ["deliveries", "timeline", delivery.id],
    queryFn: () => dataOf(api.GET("/api/v1/deliveries/{deliveryId}/timeline", { params })),
  });
  const may = useMay();
  const replay = useAct(async () => {
    await dataOf(api.POST("/api/v1/deliveries/{deliveryId}/replay", { params, body: {} }));
    return texts.notifications.replayed;
  }, ["deliveries"]);
  return (
    <Stack gap="lg">
      <div>
        <Text fw={650}>{texts.notifications.events[delivery.event]}</Text>
        <Text size="sm">
          {texts.notifications.channels[delivery.channel]} · {delivery.address}
        </Text>
        <Text size="sm" className={bad.includes(delivery.status) ? "danger" : "quiet"}>
          {texts.notifications.statuses[delivery.status]}
          {delivery.reason !== null && ` · ${texts.notifications.reason}: ${delivery.reason}`}
        </Text>
        {delivery.error !== null && <Text size="sm">{delivery.error}</Text>}
      </div>
      {bad.includes(delivery.status) && may("deliveries:replay") && (
        <Button variant="default" loading={replay.isPending} onClick={() => replay.mutate(undefined)}>
          {texts.notifications.replay}
        </Button>
      )}
      {delivery.content !== null && (
        <div className="panel card">
          {delivery.content.subject !== null && <Text fw={600}>{delivery.content.subject}</Text>}
          <Text className="preview">{delivery.content.text}</Text>
        </div>
      )}
      <section>
        <Title order={3} mb="xs">
          {texts.notifications.timeline}
        </Title>
        <Asked query={timeline}>
          {({ events }) => (
            <ol className="timeline">
              {events.map(({ at, what }) => (
                <li key={`${at} ${what}`}>
                  <Text size="sm">{texts.notifications.whats[what] ?? what}</Text>
                  <Text size="xs" className="quiet">
                    {format.moment(at, zone)}
                  </Text>
                </li>
              ))}
            </ol>
          )}
        </Asked>
      </section>
    </Stack>
  );
}
