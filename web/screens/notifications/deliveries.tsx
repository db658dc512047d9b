import { Table } from "@mantine/core";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { usePlaces } from "../../api/places.ts";
import { Pager, usePage } from "../../components/pages.tsx";
import { Asked, Empty } from "../../components/states.tsx";
import { NameButton, Titles } from "../../components/table.tsx";
import { useWords } from "../../texts/both.ts";
import { deliveryWords } from "../../texts/deliveries.ts";
import { useSpeech } from "../../texts/language.tsx";
import { notificationWords } from "../../texts/notifications.ts";
import { eventIn, route } from "./data.ts";
import { DeadLetters } from "./dead-letters.tsx";
import { DeliveryDetail } from "./delivery-detail.tsx";
import { DeliveryFilters } from "./delivery-filters.tsx";
import { StatusWords } from "./status-words.tsx";

type Delivery = Schemas["Delivery"];

/** What was sent, and what was not and why. */
export function Deliveries() {
  const words = useWords(deliveryWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { after, open } = search;
  const list = useDeliveries();
  const show = (id: number | undefined) => void navigate({ search: { ...search, open: id }, state: true });
  return (
    <>
      <DeadLetters />
      <DeliveryFilters />
      <Asked query={list}>
        {(page) => (
          <div aria-busy={list.isPlaceholderData}>
            {page.items.length === 0 ? (
              <Empty title={words.empty} hint={words.emptyHint} />
            ) : (
              <List items={page.items} onPick={show} />
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

function useDeliveries() {
  const { event: named, channel, status, appointment, error, after } = route.useSearch();
  const event = eventIn(named);
  const query = {
    limit: 50,
    ...(event && { event }),
    ...(channel && { channel }),
    ...(status && { status }),
    ...(appointment === undefined ? {} : { appointmentId: appointment }),
    ...(error === undefined ? {} : { errorCode: error }),
  };
  return usePage(["deliveries", query], after, (cursor) =>
    dataOf(api.GET("/api/v1/deliveries", { params: { query: { ...query, ...cursor } } })),
  );
}

function List({ items, onPick }: { items: readonly Delivery[]; onPick(id: number): void }) {
  const { format } = useSpeech();
  const { columns } = useWords(deliveryWords);
  const { events, channels } = useWords(notificationWords);
  const zone = usePlaces().data?.company.timezone;
  return (
    <div className="panel scroll">
      <Table verticalSpacing="xs" className="stacking named deliveries">
        <Titles of={[columns.when, columns.to, columns.event, columns.channel, columns.status]} />
        <Table.Tbody>
          {items.map((delivery) => (
            <Table.Tr key={delivery.id}>
              <Table.Td>{format.moment(delivery.createdAt, zone)}</Table.Td>
              <Table.Td>
                <NameButton isPlain onClick={() => onPick(delivery.id)}>
                  {delivery.recipientName}
                </NameButton>
              </Table.Td>
              <Table.Td>{events[delivery.event]}</Table.Td>
              <Table.Td>{channels[delivery.channel]}</Table.Td>
              <Table.Td>
                <StatusWords delivery={delivery} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
