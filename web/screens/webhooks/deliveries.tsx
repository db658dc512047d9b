import { Button, Select, Table } from "@mantine/core";
import { api, dataOf } from "../../api/client.ts";
import { usePlaces } from "../../api/places.ts";
import { webhookStatuses } from "../../app/choices.ts";
import { useAct } from "../../components/act.tsx";
import { Pager, usePage } from "../../components/pages.tsx";
import { Asked, Empty } from "../../components/states.tsx";
import { NameButton, Titles } from "../../components/table.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { webhookWords } from "../../texts/webhooks.ts";
import { type Delivery, type Endpoint, route } from "./data.ts";
import { DeliveryDetail } from "./delivery-detail.tsx";

const tones: Record<Delivery["status"], string> = { queued: "", sending: "", delivered: "good", failed: "danger" };

export function Deliveries({ endpoints }: { endpoints: readonly Endpoint[] }) {
  const words = useWords(webhookWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { endpoint, status, after, open } = search;
  const query = {
    limit: 50,
    ...(endpoint === undefined ? {} : { endpointId: endpoint }),
    ...(status === undefined ? {} : { status }),
  };
  const list = usePage(["webhookDeliveries", query], after, (cursor) =>
    dataOf(api.GET("/api/v1/webhook-deliveries", { params: { query: { ...query, ...cursor } } })),
  );
  const narrow = (change: object) => void navigate({ search: { ...search, ...change, after: undefined } });
  const show = (id: number | undefined) => void navigate({ search: { ...search, open: id }, state: true });
  return (
    <>
      <div className="filters">
        <Select
          label={words.endpoint}
          placeholder={words.anyEndpoint}
          data={endpoints.map(({ id, url }) => ({ value: String(id), label: url }))}
          value={endpoint === undefined ? null : String(endpoint)}
          onChange={(value) => narrow({ endpoint: value === null ? undefined : Number(value) })}
          clearable
          clearButtonProps={{ "aria-label": words.anyEndpoint }}
        />
        <Select
          label={words.status}
          placeholder={words.anyStatus}
          data={webhookStatuses.map((value) => ({ value, label: words.statuses[value] }))}
          value={status ?? null}
          onChange={(value) => narrow({ status: webhookStatuses.find((known) => known === value) })}
          clearable
          clearButtonProps={{ "aria-label": words.anyStatus }}
        />
        {endpoint !== undefined && <ReplayFailed endpointId={endpoint} />}
      </div>
      <Asked query={list}>
        {(page) => (
          <div aria-busy={list.isPlaceholderData}>
            {page.items.length === 0 ? (
              <Empty title={words.noDeliveries} hint={words.noDeliveriesHint} />
            ) : (
              <List items={page.items} endpoints={endpoints} onPick={show} />
            )}
            <Pager
              after={after}
              page={page}
              onTurn={(to, trail) => void navigate({ search: { ...search, after: to }, state: { trail } })}
            />
          </div>
        )}
      </Asked>
      {open !== undefined && <DeliveryDetail id={open} onClose={() => show(undefined)} />}
    </>
  );
}

function ReplayFailed({ endpointId }: { endpointId: number }) {
  const words = useWords(webhookWords);
  const replay = useAct(async () => {
    const params = { path: { endpointId } };
    const { replayed } = await dataOf(api.POST("/api/v1/webhook-endpoints/{endpointId}/replays", { params }));
    return words.replayedMany(replayed);
  }, ["webhookDeliveries"]);
  return (
    <Button
      variant="default"
      className="at-the-bottom"
      loading={replay.isPending}
      onClick={() => replay.mutate(undefined)}
    >
      {words.replayFailed}
    </Button>
  );
}

interface ListProps {
  readonly items: readonly Delivery[];
  readonly endpoints: readonly Endpoint[];
  onPick(id: number): void;
}

function List({ items, endpoints, onPick }: ListProps) {
  const { format } = useSpeech();
  const words = useWords(webhookWords);
  const zone = usePlaces().data?.company.timezone;
  const { when, event, to, status, tries } = words.columns;
  const urlOf = (id: number) => endpoints.find((each) => each.id === id)?.url ?? String(id);
  return (
    <div className="panel scroll">
      <Table verticalSpacing="sm" className="stacking">
        <Titles of={[when, event, to, status]}>
          <Table.Th className="number">{tries}</Table.Th>
        </Titles>
        <Table.Tbody>
          {items.map((each) => (
            <Table.Tr key={each.id}>
              <Table.Td>{format.moment(each.createdAt, zone)}</Table.Td>
              <Table.Td>
                <NameButton isPlain onClick={() => onPick(each.id)}>
                  {each.eventType}
                </NameButton>
              </Table.Td>
              <Table.Td className="address">{urlOf(each.endpointId)}</Table.Td>
              <Table.Td className={tones[each.status]}>{words.statuses[each.status]}</Table.Td>
              <Table.Td className="number">{each.attempts}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
