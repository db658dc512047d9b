import { Anchor, Drawer, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { nameOf, type Places, zoneOf } from "../../api/places.ts";
import { useMay } from "../../app/who.ts";
import { Facts } from "../../components/facts.tsx";
import { useNow } from "../../components/now.ts";
import { Asked } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { refusalWords } from "../../texts/refusals.ts";
import { Actions } from "./actions.tsx";
import { Assign } from "./assign.tsx";
import { Due } from "./due.tsx";

interface Props {
  readonly id: number;
  readonly places: Places | undefined;
  onClose(): void;
}

export function Detail({ id, places, onClose }: Props) {
  const { texts } = useSpeech();
  const detail = useQuery({
    queryKey: ["callback", id],
    queryFn: () => dataOf(api.GET("/api/v1/callbacks/{callbackId}", { params: { path: { callbackId: id } } })),
  });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="md"
      title={texts.callbacks.details(detail.data?.callback.customerName ?? "")}
      closeButtonProps={{ "aria-label": texts.app.close }}
    >
      <Asked query={detail}>{(known) => <Content detail={known} places={places} />}</Asked>
    </Drawer>
  );
}

function Content({ detail, places }: { detail: Schemas["CallbackDetail"]; places: Places | undefined }) {
  const { texts, format } = useSpeech();
  const refusals = useWords(refusalWords);
  const { callback, timeline, escalations, decision } = detail;
  const may = useMay();
  const zone = zoneOf(places, callback.branchId);
  return (
    <Stack gap="lg">
      <div>
        <Anchor href={`tel:${callback.phoneNumber}`} fw={650} fz="lg">
          {callback.phoneNumber}
        </Anchor>
        <Text size="sm">
          {[nameOf(places, "service", callback.serviceId), nameOf(places, "branch", callback.branchId)]
            .filter(Boolean)
            .join(" · ")}
        </Text>
        {callback.preferredWindow !== null && (
          <Text size="sm">
            {texts.callbacks.preferred(
              format.moment(callback.preferredWindow.from, zone),
              format.moment(callback.preferredWindow.until, zone),
            )}
          </Text>
        )}
        {callback.notes !== null && <Text mt="xs">{callback.notes}</Text>}
      </div>
      <Particulars callback={callback} zone={zone} />
      {isOpen(callback) && places && may("callbacks:assign", { branchId: callback.branchId }) && (
        <Group gap="xs">
          <Assign callback={callback} places={places} />
        </Group>
      )}
      {isOpen(callback) && <Actions callback={callback} />}
      {decision !== null && (
        <Text size="sm">
          <strong>{texts.callbacks.refused}:</strong> {refusals[decision.code] ?? decision.code}
        </Text>
      )}
      <section>
        <Title order={3} mb="xs">
          {texts.callbacks.timeline}
        </Title>
        <ol className="timeline">
          {timeline.map(({ action, at, assignedTo }) => (
            <li key={`${action} ${at}`}>
              <Text size="sm">
                {texts.callbacks.actions[action]}
                {assignedTo !== null && ` · ${nameOf(places, "staff", assignedTo)}`}
              </Text>
              <Text size="xs" className="quiet">
                {format.moment(at, zone)}
              </Text>
            </li>
          ))}
        </ol>
      </section>
      {escalations.length > 0 && <Escalations escalations={escalations} places={places} zone={zone} />}
    </Stack>
  );
}

const isOpen = ({ status }: Schemas["Callback"]) => ["pending", "assigned", "contacted"].includes(status);

function Particulars({ callback, zone }: { callback: Schemas["Callback"]; zone: string | undefined }) {
  const { texts, format } = useSpeech();
  const now = useNow();
  const rows: [string, ReactNode][] = [
    [
      isOpen(callback) ? texts.callbacks.columns.due : texts.callbacks.status,
      <Due key="due" callback={callback} now={now} zone={zone} />,
    ],
    [texts.callbacks.deadline, format.moment(callback.expiresAt, zone)],
    [texts.callbacks.priority, texts.callbacks.priorities[callback.priority]],
  ];
  if (isOpen(callback)) {
    rows.push([
      texts.callbacks.next,
      callback.nextStepAt === null
        ? texts.callbacks.noNext
        : texts.callbacks.nextAt(format.moment(callback.nextStepAt, zone)),
    ]);
  }
  if (callback.outcome !== null) rows.push([texts.callbacks.result, texts.callbacks.outcomes[callback.outcome]]);
  return <Facts of={rows} />;
}

interface EscalationsProps {
  readonly escalations: Schemas["CallbackDetail"]["escalations"];
  readonly places: Places | undefined;
  readonly zone: string | undefined;
}

function Escalations({ escalations, places, zone }: EscalationsProps) {
  const { texts, format } = useSpeech();
  return (
    <section>
      <Title order={3} mb="xs">
        {texts.callbacks.escalations}
      </Title>
      <ol className="timeline">
        {escalations.map(({ id, level, reason, escalatedTo, escalatedAt }) => (
          <li key={id}>
            <Text size="sm">
              {texts.callbacks.level(level)} · {texts.callbacks.reasons[reason] ?? reason}
              {escalatedTo !== null && ` · ${texts.callbacks.escalatedTo(nameOf(places, "staff", escalatedTo))}`}
            </Text>
            <Text size="xs" className="quiet">
              {format.moment(escalatedAt, zone)}
            </Text>
          </li>
        ))}
      </ol>
    </section>
  );
}
