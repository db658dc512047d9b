import { Button, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { usePlaces } from "../../api/places.ts";
import { useAct } from "../../components/act.tsx";
import { Fold } from "../../components/fold.tsx";
import { Details } from "../../components/layer.tsx";
import { Asked } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { webhookWords } from "../../texts/webhooks.ts";

export function DeliveryDetail({ id, onClose }: { id: number; onClose(): void }) {
  const words = useWords(webhookWords);
  const detail = useQuery({
    queryKey: ["webhookDelivery", id],
    queryFn: () =>
      dataOf(
        api.GET("/api/v1/webhook-deliveries/{webhookDeliveryId}", { params: { path: { webhookDeliveryId: id } } }),
      ),
  });
  return (
    <Details onClose={onClose} size="lg" title={words.delivery(id)}>
      <Asked query={detail}>{(delivery) => <Content delivery={delivery} />}</Asked>
    </Details>
  );
}

function Content({ delivery }: { delivery: Schemas["WebhookDeliveryWithLog"] }) {
  const { format } = useSpeech();
  const words = useWords(webhookWords);
  const zone = usePlaces().data?.company.timezone;
  const { id, eventType, status, nextAt, body, log, messageId } = delivery;
  const replay = useAct(async () => {
    const params = { path: { webhookDeliveryId: id } };
    await dataOf(api.POST("/api/v1/webhook-deliveries/{webhookDeliveryId}/replay", { params }));
    return words.replayed;
  }, ["webhookDeliveries", "webhookDelivery"]);
  return (
    <Stack gap="lg">
      <div>
        <Title order={2}>{eventType}</Title>
        <Text size="sm" className="quiet">
          {words.statuses[status]}
          {nextAt !== null && ` · ${words.nextTry(format.moment(nextAt, zone))}`} · {messageId}
        </Text>
      </div>
      {(status === "failed" || status === "delivered") && (
        <Button
          className="at-the-left"
          variant="default"
          loading={replay.isPending}
          onClick={() => replay.mutate(undefined)}
        >
          {words.replay}
        </Button>
      )}
      <section>
        <Title order={3} mb="xs">
          {words.attempts}
        </Title>
        {log.length === 0 && <Text size="sm">{words.noAttempts}</Text>}
        <ol className="timeline">
          {log.map(({ number, at, responseStatus, responseBody, error, milliseconds }) => (
            <li key={number}>
              <Text size="sm">
                {words.attempt(number, format.number(milliseconds))}:{" "}
                {error ?? (responseStatus === null ? words.noAnswer : words.answered(responseStatus))}
              </Text>
              <Text size="xs" className="quiet">
                {format.moment(at, zone)}
              </Text>
              {responseBody !== null && responseBody !== "" && <Fold title={words.answerBody} content={responseBody} />}
            </li>
          ))}
        </ol>
      </section>
      <Fold title={words.sentBody} content={JSON.parse(body) as unknown} />
    </Stack>
  );
}
