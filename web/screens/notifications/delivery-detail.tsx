import { Button, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { type Level, usePlaces } from "../../api/places.ts";
import { useMay } from "../../app/who.ts";
import { Facts } from "../../components/facts.tsx";
import { Details } from "../../components/layer.tsx";
import { LevelMark } from "../../components/level.tsx";
import { Asked } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { deliveryWords } from "../../texts/deliveries.ts";
import { useSpeech } from "../../texts/language.tsx";
import { notificationWords } from "../../texts/notifications.ts";
import { DeliveryTimeline } from "./delivery-timeline.tsx";
import { Replay } from "./replay.tsx";
import { StatusWords } from "./status-words.tsx";

type Delivery = Schemas["Delivery"];

const levels: readonly string[] = ["company", "branch", "service", "staff"];
const replayable: readonly Delivery["status"][] = ["failed", "bounced", "unknown", "expired", "skipped"];

export function DeliveryDetail({ id, onClose }: { id: number; onClose(): void }) {
  const words = useWords(deliveryWords);
  const params = { path: { deliveryId: id } };
  const delivery = useQuery({
    queryKey: ["deliveries", "one", id],
    queryFn: () => dataOf(api.GET("/api/v1/deliveries/{deliveryId}", { params })),
    refetchInterval: ({ state }) => (["queued", "sending"].includes(state.data?.status ?? "") ? 3000 : false),
  });
  return (
    <Details onClose={onClose} size={520} title={words.delivery(delivery.data?.recipientName ?? "")}>
      <Asked query={delivery}>{(known) => <Content delivery={known} />}</Asked>
    </Details>
  );
}

function Content({ delivery }: { delivery: Delivery }) {
  const words = useWords(deliveryWords);
  const may = useMay();
  const [isAsked, setAsked] = useState(false);
  const { status, error, content, hasFallenBack, fallbackChannel } = delivery;
  const { channels } = useWords(notificationWords);
  return (
    <Stack gap="lg">
      <div>
        <Text fw={650} component="div">
          <StatusWords delivery={delivery} />
        </Text>
        {error !== null && <Text size="sm">{error}</Text>}
        {hasFallenBack && fallbackChannel !== null && (
          <Text size="sm">{words.fallenBack(channels[fallbackChannel])}</Text>
        )}
      </div>
      {replayable.includes(status) && !hasFallenBack && may("deliveries:replay") && (
        <Button variant="default" className="at-the-left" onClick={() => setAsked(true)}>
          {words.replay}
        </Button>
      )}
      <Particulars delivery={delivery} />
      {content !== null ? (
        <section>
          <Title order={3} mb="xs">
            {words.content}
          </Title>
          <div className="panel card">
            {content.subject !== null && <Text fw={600}>{content.subject}</Text>}
            <Text className="preview">{content.text}</Text>
          </div>
        </section>
      ) : (
        ["sent", "delivered"].includes(status) && (
          <Text size="sm" className="quiet">
            {words.hidden}
          </Text>
        )
      )}
      <DeliveryTimeline id={delivery.id} status={status} />
      {isAsked && <Replay delivery={delivery} onClose={() => setAsked(false)} />}
    </Stack>
  );
}

function Particulars({ delivery }: { delivery: Delivery }) {
  const { texts, format } = useSpeech();
  const words = useWords(deliveryWords);
  const common = useWords(notificationWords);
  const zone = usePlaces().data?.company.timezone;
  const { address, event, channel, provider, plannedFrom, insteadOf, fallbackChannel, hasFallenBack } = delivery;
  const { attempts, dueAt, nextAt, status, appointmentId, callbackId } = delivery;
  const isWaiting = status === "queued" || status === "sending";
  const isLevel = levels.includes(plannedFrom);
  const rows: [string, ReactNode][] = [
    [words.facts.to, address ?? words.noAddress],
    [words.facts.event, common.events[event]],
    [words.facts.channel, common.channels[channel]],
    [words.facts.provider, provider && (common.providers[provider] ?? provider)],
    [
      words.facts.because,
      <LevelMark key="level" level={isLevel ? (plannedFrom as Level) : "system"}>
        {isLevel ? texts.levels[plannedFrom as Level] : common.standard}
      </LevelMark>,
    ],
    [words.facts.insteadOf, insteadOf && common.channels[insteadOf]],
    [words.facts.fallback, fallbackChannel && !hasFallenBack && common.channels[fallbackChannel]],
    [words.facts.due, format.moment(dueAt, zone)],
    [words.facts.next, isWaiting && nextAt && format.moment(nextAt, zone)],
    [words.facts.tries, attempts > 0 && format.number(attempts)],
    [
      words.facts.appointment,
      appointmentId && (
        <Link className="link" to="/appointments" search={{ open: appointmentId }}>
          {words.number(appointmentId)}
        </Link>
      ),
    ],
    [
      words.facts.callback,
      callbackId && (
        <Link className="link" to="/callbacks" search={{ open: callbackId }}>
          {words.number(callbackId)}
        </Link>
      ),
    ],
  ];
  return <Facts of={rows} />;
}
