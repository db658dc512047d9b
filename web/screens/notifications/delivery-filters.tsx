import { NumberInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { channels, deliveryStatuses } from "../../app/choices.ts";
import type { NotificationSearch } from "../../app/search.ts";
import { AnySelect, FilterBar } from "../../components/filters.tsx";
import { useWords } from "../../texts/both.ts";
import { deliveryWords } from "../../texts/deliveries.ts";
import { notificationWords } from "../../texts/notifications.ts";
import { eventIn, route, useCatalogue } from "./data.ts";
import { useErrorWords } from "./status-words.tsx";

/** What the list is narrowed by; all of it stands in the address. */
export function DeliveryFilters() {
  const words = useWords(deliveryWords);
  const common = useWords(notificationWords);
  const sayError = useErrorWords();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const narrow = (change: Partial<NotificationSearch>) =>
    void navigate({ search: { ...search, ...change, after: undefined, open: undefined } });
  const { channel, status, appointment, error } = search;
  const event = eventIn(search.event);
  const events = useCatalogue().data?.events ?? [];
  const causes = useDeadLetters().data?.items ?? [];
  const errors = new Set([...causes.flatMap(({ errorCode }) => errorCode ?? []), ...(error ? [error] : [])]);
  return (
    <FilterBar set={[event, channel, status, appointment, error]}>
      <AnySelect
        label={common.event}
        any={words.anyEvent}
        data={events.map((each) => ({ value: each.event as string, label: common.events[each.event] }))}
        value={event}
        onPick={(value) => narrow({ event: value })}
        searchable
      />
      <AnySelect
        label={common.channel}
        any={words.anyChannel}
        data={channels.map((value) => ({ value, label: common.channels[value] }))}
        value={channel}
        onPick={(value) => narrow({ channel: channels.find((known) => known === value) })}
      />
      <AnySelect
        label={words.status}
        any={words.anyStatus}
        data={deliveryStatuses.map((value) => ({ value, label: words.statuses[value] }))}
        value={status}
        onPick={(value) => narrow({ status: deliveryStatuses.find((known) => known === value) })}
      />
      {errors.size > 0 && (
        <AnySelect
          label={words.error}
          any={words.anyError}
          data={[...errors].map((value) => ({ value, label: sayError(value) }))}
          value={error}
          onPick={(value) => narrow({ error: value })}
        />
      )}
      <NumberInput
        label={words.appointment}
        value={appointment ?? ""}
        onChange={(value) => narrow({ appointment: typeof value === "number" && value > 0 ? value : undefined })}
        min={1}
        max={Number.MAX_SAFE_INTEGER}
        allowDecimal={false}
        allowNegative={false}
        hideControls
      />
    </FilterBar>
  );
}

/** What reached nobody, by what went wrong. */
export function useDeadLetters() {
  return useQuery({
    queryKey: ["deliveries", "dead"],
    queryFn: () => dataOf(api.GET("/api/v1/deliveries/dead-letters")),
  });
}
