import { Stack, Text } from "@mantine/core";
import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { usePlaces, zoneOfCompany } from "../../api/places.ts";
import { useMay } from "../../app/who.ts";
import { Facts } from "../../components/facts.tsx";
import { Fold } from "../../components/fold.tsx";
import { Details } from "../../components/layer.tsx";
import { LevelMark } from "../../components/level.tsx";
import { Asked, Empty } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { modificationWords } from "../../texts/modifications.ts";
import { refusalWords } from "../../texts/refusals.ts";
import { type Looks, looksOf } from "./receipt-facts.ts";

type Decision = Schemas["RecordedDecision"];

/** Everything that was decided about an appointment, the newest first, and why. */
export function Receipts({ appointmentId, onClose }: { appointmentId: number; onClose(): void }) {
  const words = useWords(modificationWords);
  const mayLook = useMay()("appointments:read");
  const decisions = useQuery({
    queryKey: ["decisions", appointmentId],
    queryFn: () => dataOf(api.GET("/api/v1/decisions", { params: { query: { appointmentId, limit: 25 } } })),
  });
  return (
    <Details size="lg" title={words.number(appointmentId)} onClose={onClose}>
      {mayLook && (
        <Link className="link" to="/appointments" search={{ open: appointmentId }}>
          {words.toAppointment}
        </Link>
      )}
      <Asked query={decisions}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={words.none} />
          ) : (
            <Stack gap="xl" mt="md" component="section" aria-label={words.decisions}>
              {items.map((decision) => (
                <Decided key={decision.id} decision={decision} />
              ))}
            </Stack>
          )
        }
      </Asked>
    </Details>
  );
}

function Decided({ decision }: { decision: Decision }) {
  const { texts, format, language } = useSpeech();
  const words = useWords(modificationWords);
  const refusals = useWords(refusalWords);
  const zone = zoneOfCompany(usePlaces().data);
  const { action, allowed, code, decidedAt, feeCents, currency, explanation, receipt } = decision;
  const looks = looksOf(receipt);
  const Mark = allowed ? IconCircleCheck : IconCircleX;
  return (
    <Stack gap="xs" component="article">
      <div>
        <Text fw={650} className={allowed ? "good verdict" : "danger verdict"}>
          <Mark aria-hidden />
          {texts.policies.ask[action]}: {allowed ? texts.policies.allowed : texts.policies.denied}
        </Text>
        <Text size="sm" className="quiet">
          {format.moment(decidedAt, zone)}
        </Text>
      </div>
      {explanation === null
        ? !allowed && <Text size="sm">{refusals[code] ?? code}</Text>
        : [
            <Text key="staff" size="sm">
              {explanation[language].staff}
            </Text>,
            <Text key="customer" size="sm" className="quiet">
              {words.customerHears}: {words.quoted(explanation[language].customer)}
            </Text>,
          ]}
      <Facts
        of={[
          [words.facts.notice, looks.noticeMs !== null && format.span(looks.noticeMs)],
          [words.facts.needed, looks.needed !== null && <Needed key="needed" {...looks.needed} />],
          [words.facts.used, looks.used30Days !== null && format.number(looks.used30Days)],
          [words.facts.fee, allowed && (feeCents === 0 ? texts.values.free : format.money(feeCents, currency))],
        ]}
      />
      <Fold title={words.show} content={receipt} />
    </Stack>
  );
}

function Needed({ hours, level }: NonNullable<Looks["needed"]>) {
  const { texts, format } = useSpeech();
  return (
    <span className="with-level">
      {texts.values.hours(format.number(hours))}
      <LevelMark level={level}>{texts.levels[level]}</LevelMark>
    </span>
  );
}
