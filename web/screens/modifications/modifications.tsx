import { Anchor, Button, Code, Drawer, Group, SegmentedControl, Stack, Table, Text } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { usePlaces } from "../../api/places.ts";
import { useMay } from "../../app/who.ts";
import { CsvButton } from "../../components/csv.tsx";
import { Asked, Empty, Head } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { refusalWords } from "../../texts/refusals.ts";

const route = getRouteApi("/modifications");
type Type = "cancel" | "reschedule";

export function Modifications() {
  const { texts } = useSpeech();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useModifications(search.type);
  const mayExport = useMay()("modifications:export");
  const show = (open: number | undefined) => void navigate({ search: { ...search, open } });
  return (
    <>
      <Head title={texts.screens.modifications} intro={texts.modifications.intro}>
        <Group gap="xs">
          {mayExport && <CsvButton of="modifications" />}
          <SegmentedControl
            aria-label={texts.modifications.type}
            value={search.type ?? "any"}
            onChange={(value) =>
              void navigate({
                search: { ...search, type: value === "cancel" || value === "reschedule" ? value : undefined },
              })
            }
            data={[
              { value: "any", label: texts.modifications.any },
              { value: "cancel", label: texts.modifications.types.cancel },
              { value: "reschedule", label: texts.modifications.types.reschedule },
            ]}
          />
        </Group>
      </Head>
      <Asked query={list}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <Empty title={texts.modifications.empty} />;
          return <List items={items} onPick={show} />;
        }}
      </Asked>
      {list.hasNextPage && (
        <Button variant="default" mt="md" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {texts.app.more}
        </Button>
      )}
      {search.open !== undefined && <Receipts appointmentId={search.open} onClose={() => show(undefined)} />}
    </>
  );
}

function useModifications(type: Type | undefined) {
  return useInfiniteQuery({
    queryKey: ["modifications", type],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => {
      const query = { limit: 50, ...(type && { type }), ...(pageParam === undefined ? {} : { cursor: pageParam }) };
      return dataOf(api.GET("/api/v1/modifications", { params: { query } }));
    },
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

function List({ items, onPick }: { items: readonly Schemas["Modification"][]; onPick(appointmentId: number): void }) {
  const { texts, format } = useSpeech();
  const zone = usePlaces().data?.company.timezone;
  const { when, what, by, policy, fee } = texts.modifications.columns;
  return (
    <div className="panel scroll">
      <Table verticalSpacing="sm" className="stacking named">
        <Table.Thead>
          <Table.Tr>
            {[when, what, by, policy].map((title) => (
              <Table.Th key={title}>{title}</Table.Th>
            ))}
            <Table.Th className="number">{fee}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map(
            ({ id, appointmentId, type, initiatedBy, withinPolicy, feeCents, currency, createdAt, reason }) => (
              <Table.Tr key={id} className="figures">
                <Table.Td>{format.moment(createdAt, zone)}</Table.Td>
                <Table.Td>
                  <Anchor
                    component="button"
                    type="button"
                    size="sm"
                    className="name"
                    onClick={() => onPick(appointmentId)}
                  >
                    {texts.modifications.title(appointmentId)} {texts.modifications.types[type]}
                  </Anchor>
                  {reason !== null && (
                    <Text size="xs" className="quiet">
                      {reason}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <span className="narrow quiet">{by}: </span>
                  {texts.modifications.initiators[initiatedBy]}
                </Table.Td>
                <Table.Td className={withinPolicy ? "" : "warning"}>
                  <span className="narrow quiet">{policy}: </span>
                  {withinPolicy ? texts.modifications.within : texts.modifications.outside}
                </Table.Td>
                <Table.Td className="number">
                  {feeCents === 0 ? texts.values.free : format.money(feeCents, currency)}
                </Table.Td>
              </Table.Tr>
            ),
          )}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Receipts({ appointmentId, onClose }: { appointmentId: number; onClose(): void }) {
  const { texts, format } = useSpeech();
  const refusals = useWords(refusalWords);
  const zone = usePlaces().data?.company.timezone;
  const decisions = useQuery({
    queryKey: ["decisions", appointmentId],
    queryFn: () => dataOf(api.GET("/api/v1/decisions", { params: { query: { appointmentId, limit: 25 } } })),
  });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={texts.modifications.title(appointmentId)}
      closeButtonProps={{ "aria-label": texts.app.close }}
    >
      <Asked query={decisions}>
        {({ items }) => (
          <Stack gap="lg">
            {items.map(({ id, action, allowed, code, decidedAt, feeCents, currency, receipt }) => (
              <div key={id}>
                <Text fw={650} className={allowed ? "good" : "danger"}>
                  {texts.policies.ask[action]}: {allowed ? texts.policies.allowed : texts.policies.denied}
                </Text>
                <Text size="sm" className="quiet">
                  {format.moment(decidedAt, zone)}
                  {allowed && ` · ${format.money(feeCents, currency)}`}
                </Text>
                {!allowed && <Text size="sm">{refusals[code] ?? code}</Text>}
                <details>
                  <summary>{texts.modifications.show}</summary>
                  <Code block tabIndex={0}>
                    {JSON.stringify(receipt, null, 2)}
                  </Code>
                </details>
              </div>
            ))}
          </Stack>
        )}
      </Asked>
    </Drawer>
  );
}
