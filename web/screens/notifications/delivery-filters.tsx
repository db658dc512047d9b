import { NumberInput, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { channels, deliveryStatuses } from "../../app/choices.ts";
import type { NotificationSearch } from "../../app/search.ts";
import { FilterBar } from "../../components/filters.tsx";
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
  const select = (label: string, all: string) => ({
    label,
    placeholder: all,
    clearable: true,
    clearButtonProps: { "aria-label": all },
  });
  return (
    <FilterBar set={[event, channel, status, appointment, error]}>
      <Select
        {...select(common.event, words.anyEvent)}
        data={events.map((each) => ({ value: each.event as string, label: common.events[each.event] }))}
        value={event ?? null}
        onChange={(value) => narrow({ event: value ?? undefined })}
        searchable
      />
      <Select
        {...select(common.channel, words.anyChannel)}
        data={channels.map((value) => ({ value, label: common.channels[value] }))}
        value={channel ?? null}
        onChange={(value) => narrow({ channel: channels.find((known) => known === value) })}
      />
      <Select
        {...select(words.status, words.anyStatus)}
        data={deliveryStatuses.map((value) => ({ value, label: words.statuses[value] }))}
        value={status ?? null}
        onChange={(value) => narrow({ status: deliveryStatuses.find((known) => known === value) })}
      />
      {errors.size > 0 && (
        <Select
          {...select(words.error, words.anyError)}
          data={[...errors].map((value) => ({ value, label: sayError(value) }))}
          value={error ?? null}
          onChange={(value) => narrow({ error: value ?? undefined })}
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
