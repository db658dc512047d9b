import { Alert, Text, Title } from "@mantine/core";
import { IconVolumeOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { type Level, nameOf, type Places, zoneOf } from "../../api/places.ts";
import { Facts } from "../../components/facts.tsx";
import { LevelMark } from "../../components/level.tsx";
import { useWords } from "../../texts/both.ts";
import { dryRunWords } from "../../texts/dry-run.ts";
import { useSpeech } from "../../texts/language.tsx";
import { notificationWords } from "../../texts/notifications.ts";

type Plan = Schemas["NotificationPlan"];
type Message = Plan["messages"][number];

interface Props {
  readonly plan: Plan;
  readonly places: Places;
  readonly appointmentId: number;
  readonly branchId: string | null;
}

/** What one recipient would get, and what not and why. */
export function PlanView({ plan, places, appointmentId, branchId }: Props) {
  const words = useWords(dryRunWords);
  const common = useWords(notificationWords);
  const { recipient, mode, muted, messages, notSent, event } = plan;
  const language = common.languages[recipient.locale.slice(0, 2)] ?? recipient.locale;
  const placeName = useLevelNames(places, plan, appointmentId, branchId);
  return (
    <section className="panel card plan" aria-label={recipient.name}>
      <Title order={2}>
        {recipient.name} <span className="quiet plan-kind">({common.recipients[recipient.type]})</span>
      </Title>
      <Text size="sm" className="quiet" mb="sm">
        {words.modes[mode]} {words.reads(language, recipient.zone)}
      </Text>
      {muted && (
        <Alert variant="outline" color="yellow" className="notice warning" icon={<IconVolumeOff aria-hidden />} mb="sm">
          {words.muted}
        </Alert>
      )}
      {messages.length === 0 && <Text fw={600}>{words.nothing}</Text>}
      <div className="plan-messages">
        {messages.map((message) => (
          <MessageView
            key={message.channel}
            message={message}
            event={event}
            zone={zoneOf(places, branchId)}
            from={<LevelName level={message.from.level} nameOf={placeName} />}
          />
        ))}
      </div>
      {notSent.length > 0 && (
        <>
          <Title order={3} mt="md" mb={4}>
            {words.notSent}
          </Title>
          <ul className="not-sent">
            {notSent.map(({ channel, reason, level }) => (
              <li key={`${channel} ${reason}`}>
                <strong>{common.channels[channel]}</strong>{" "}
                {level === null ? (
                  (common.reasons[reason] ?? reason)
                ) : (
                  <LevelMark level={level}>{words.switchedOff(placeName(level))}</LevelMark>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface MessageProps {
  readonly message: Message;
  readonly event: Plan["event"];
  readonly zone: string | undefined;
  readonly from: ReactNode;
}

function MessageView({ message, event, zone, from }: MessageProps) {
  const { format } = useSpeech();
  const words = useWords(dryRunWords);
  const common = useWords(notificationWords);
  const { channel, address, provider, template, locale, sendAt, fallbackChannel, insteadOf } = message;
  const isSoon = Date.parse(sendAt) - Date.now() < 60_000;
  const rows: [string, ReactNode][] = [
    [words.to, address],
    [words.when, isSoon ? words.now : words.at(format.moment(sendAt, zone))],
    [words.by, common.providers[provider] ?? provider],
    [
      words.text,
      <Link
        key="text"
        className="link"
        to="/notifications"
        search={{ tab: "templates", event, channel, locale: locale.slice(0, 2), name: template ?? undefined }}
      >
        {template ?? words.usual} ({common.languages[locale.slice(0, 2)] ?? locale})
      </Link>,
    ],
    [words.from, from],
    [words.fallback, fallbackChannel === null ? words.noFallback : common.channels[fallbackChannel]],
  ];
  return (
    <div>
      <Title order={3}>{common.channels[channel]}</Title>
      {insteadOf !== null && <Text size="sm">{words.insteadOf(common.channels[insteadOf])}</Text>}
      <Facts of={rows} />
    </div>
  );
}

type From = Message["from"]["level"];

function LevelName({ level, nameOf: name }: { level: From; nameOf(level: Level): string }) {
  const { standard } = useWords(notificationWords);
  if (level === "catalogue") return <LevelMark level="system">{standard}</LevelMark>;
  return <LevelMark level={level}>{name(level)}</LevelMark>;
}

/** Which place a level of the plan means: that of the appointment, or whoever of the staff is told. */
function useLevelNames(places: Places, { recipient }: Plan, id: number, branchId: string | null) {
  const { texts } = useSpeech();
  const appointment = useQuery({
    queryKey: ["appointment", id],
    queryFn: () => dataOf(api.GET("/api/v1/appointments/{appointmentId}", { params: { path: { appointmentId: id } } })),
  }).data;
  return (level: Level): string => {
    const ids = {
      company: places.company.id,
      branch: branchId,
      service: appointment?.serviceId ?? null,
      staff: recipient.type === "staff" ? recipient.id : (appointment?.staffId ?? null),
    };
    return `${nameOf(places, level, ids[level])} (${texts.levels[level]})`;
  };
}
