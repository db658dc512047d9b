import { Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { usePlaces } from "../../api/places.ts";
import { Asked } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { deliveryWords } from "../../texts/deliveries.ts";
import { useSpeech } from "../../texts/language.tsx";
import { notificationWords } from "../../texts/notifications.ts";
import { useErrorWords } from "./status-words.tsx";

/** Everything that happened to a delivery. Another status is another story: it is read again. */
export function DeliveryTimeline({ id, status }: { id: number; status: Schemas["Delivery"]["status"] }) {
  const { format } = useSpeech();
  const words = useWords(deliveryWords);
  const { reasons } = useWords(notificationWords);
  const sayError = useErrorWords();
  const zone = usePlaces().data?.company.timezone;
  const params = { path: { deliveryId: id } };
  const timeline = useQuery({
    queryKey: ["deliveries", "timeline", id, status],
    queryFn: () => dataOf(api.GET("/api/v1/deliveries/{deliveryId}/timeline", { params })),
  });
  return (
    <section>
      <Title order={3} mb="xs">
        {words.timeline}
      </Title>
      <Asked query={timeline}>
        {({ events }) => (
          <ol className="timeline">
            {events.map(({ at, what, number, errorCode, detail, milliseconds }) => (
              <li key={`${at} ${what} ${number}`}>
                <Text size="sm">
                  {words.whats[what] ?? what}
                  {errorCode !== null && `: ${sayError(errorCode)}`}
                </Text>
                {detail !== null && <Text size="sm">{reasons[detail] ?? detail}</Text>}
                <Text size="xs" className="quiet">
                  {format.moment(at, zone)}
                  {number !== null && ` · ${words.attempt(number)}`}
                  {milliseconds !== null && ` · ${format.number(milliseconds)} ms`}
                </Text>
              </li>
            ))}
          </ol>
        )}
      </Asked>
    </section>
  );
}
