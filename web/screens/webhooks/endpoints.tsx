import { Button, Group, Stack, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { usePlaces } from "../../api/places.ts";
import { useAct } from "../../components/act.tsx";
import { Confirm } from "../../components/confirm.tsx";
import { Asked, Empty } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { shared } from "../../texts/shared.ts";
import { webhookWords } from "../../texts/webhooks.ts";
import type { Endpoint } from "./data.ts";

interface Props {
  readonly endpoints: UseQueryResult<{ items: Endpoint[] }>;
  onEdit(id: string): void;
  onSecret(secret: string): void;
}

export function Endpoints({ endpoints, onEdit, onSecret }: Props) {
  const words = useWords(webhookWords);
  return (
    <Asked query={endpoints}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={words.empty} hint={words.emptyHint} />
        ) : (
          <Stack gap="md">
            {items.map((endpoint) => (
              <EndpointCard
                key={endpoint.id}
                endpoint={endpoint}
                onEdit={() => onEdit(String(endpoint.id))}
                onSecret={onSecret}
              />
            ))}
          </Stack>
        )
      }
    </Asked>
  );
}

interface CardProps {
  readonly endpoint: Endpoint;
  onEdit(): void;
  onSecret(secret: string): void;
}

function EndpointCard({ endpoint, onEdit, onSecret }: CardProps) {
  const { format } = useSpeech();
  const words = useWords(webhookWords);
  const zone = usePlaces().data?.company.timezone;
  const { id, url, description, eventTypes, isEnabled, disabledReason, lastDeliveredAt } = endpoint;
  return (
    <article className="panel card" aria-label={url}>
      <div className="place-head">
        <Text fw={650} className="address">
          {url}
        </Text>
        <span className={isEnabled ? "mark good" : "mark warning"}>
          <span aria-hidden>●</span> {isEnabled ? words.state.on : words.state.off}
          {disabledReason !== null && `: ${words.reasons[disabledReason] ?? disabledReason}`}
        </span>
      </div>
      {description !== "" && <Text size="sm">{description}</Text>}
      <Text size="sm" className="quiet">
        {words.events} {eventTypes.join(", ")} ·{" "}
        {lastDeliveredAt === null ? words.neverDelivered : words.lastDelivered(format.moment(lastDeliveredAt, zone))}
      </Text>
      <CardActions endpoint={endpoint} onEdit={onEdit} onSecret={onSecret} />
      <Text size="sm" mt="xs">
        <Link className="link" to="/settings/webhooks" search={{ tab: "deliveries", endpoint: id }}>
          {words.showDeliveries}
        </Link>
      </Text>
    </article>
  );
}

function CardActions({ endpoint, onEdit, onSecret }: CardProps) {
  const words = useWords(webhookWords);
  const common = useWords(shared);
  const { id, version, isEnabled, url } = endpoint;
  const [asked, setAsked] = useState<"rotate" | "remove" | null>(null);
  const params = { path: { endpointId: id } };
  const ifMatch = { "If-Match": `"${version}"` };
  const done = ["webhookEndpoints", "webhookDeliveries"];
  const toggle = useAct(async () => {
    await dataOf(
      api.PATCH("/api/v1/webhook-endpoints/{endpointId}", {
        params: { ...params, header: ifMatch },
        body: { isEnabled: !isEnabled },
      }),
    );
    return isEnabled ? words.switchedOff : words.switchedOn;
  }, done);
  const test = useAct(async () => {
    const sent = await dataOf(api.POST("/api/v1/webhook-endpoints/{endpointId}/test", { params }));
    return sent.isDelivered
      ? words.testOk(sent.status ?? 0)
      : words.testFailed(sent.error ?? (sent.status === null ? words.noAnswer : words.answered(sent.status)));
  }, done);
  const rotate = useAct(async () => {
    const { secret } = await dataOf(api.POST("/api/v1/webhook-endpoints/{endpointId}/secret", { params }));
    setAsked(null);
    onSecret(secret);
    return undefined;
  }, done);
  const remove = useAct(async () => {
    await dataOf(api.DELETE("/api/v1/webhook-endpoints/{endpointId}", { params, headers: ifMatch }));
    setAsked(null);
    return common.deleted;
  }, done);
  return (
    <Group gap="xs" mt="sm">
      <Button size="xs" variant="default" onClick={onEdit}>
        {common.edit}
      </Button>
      <Button size="xs" variant="default" loading={test.isPending} onClick={() => test.mutate(undefined)}>
        {words.test}
      </Button>
      <Button size="xs" variant="default" loading={toggle.isPending} onClick={() => toggle.mutate(undefined)}>
        {isEnabled ? words.disable : words.enable}
      </Button>
      <Button size="xs" variant="default" onClick={() => setAsked("rotate")}>
        {words.rotate}
      </Button>
      <Button size="xs" variant="default" onClick={() => setAsked("remove")}>
        {common.remove}
      </Button>
      {asked === "rotate" && (
        <Confirm
          title={words.rotateTitle}
          action={words.rotate}
          isBusy={rotate.isPending}
          onConfirm={() => rotate.mutate(undefined)}
          onClose={() => setAsked(null)}
        >
          {words.rotateText}
        </Confirm>
      )}
      {asked === "remove" && (
        <Confirm
          title={words.removeTitle}
          action={common.remove}
          isBusy={remove.isPending}
          isDangerous
          onConfirm={() => remove.mutate(undefined)}
          onClose={() => setAsked(null)}
        >
          {words.removeText(url)}
        </Confirm>
      )}
    </Group>
  );
}
