import { Anchor, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api, dataOf } from "../../api/client.ts";
import { nameOf, type Places, zoneOf } from "../../api/places.ts";
import { Facts } from "../../components/facts.tsx";
import { Fold } from "../../components/fold.tsx";
import { Details } from "../../components/layer.tsx";
import { Asked } from "../../components/states.tsx";
import { appointmentWords } from "../../texts/appointments.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { refusalWords } from "../../texts/refusals.ts";
import { Actions } from "./actions.tsx";
import type { Appointment } from "./data.ts";
import { Earlier, Waiting } from "./reservations.tsx";
import { useReservations } from "./reservations-data.ts";
import { StatusMark } from "./status-mark.tsx";
import { Told } from "./told.tsx";
import { Verdict } from "./verdict.tsx";

interface Props {
  readonly id: number;
  readonly places: Places | undefined;
  onClose(): void;
}

export function Detail({ id, places, onClose }: Props) {
  const words = useWords(appointmentWords);
  const detail = useQuery({
    queryKey: ["appointment", id],
    queryFn: () => dataOf(api.GET("/api/v1/appointments/{appointmentId}", { params: { path: { appointmentId: id } } })),
  });
  return (
    <Details onClose={onClose} size={520} title={words.number(id)}>
      <Asked query={detail}>{(appointment) => <Content appointment={appointment} places={places} />}</Asked>
    </Details>
  );
}

interface PartProps {
  readonly appointment: Appointment;
  readonly places: Places | undefined;
}

function Content({ appointment, places }: PartProps) {
  const { query, waiting, now } = useReservations(appointment.id);
  const zone = zoneOf(places, appointment.branchId);
  return (
    <Stack gap="lg">
      <Particulars appointment={appointment} places={places} />
      {waiting ? (
        <Waiting reservation={waiting} appointment={appointment} now={now} zone={zone} />
      ) : (
        places && <Actions appointment={appointment} places={places} />
      )}
      <Earlier query={query} now={now} zone={zone} />
      <Told id={appointment.id} />
      <History appointment={appointment} places={places} />
    </Stack>
  );
}

function Particulars({ appointment, places }: PartProps) {
  const { format } = useSpeech();
  const words = useWords(appointmentWords);
  const { branchId, serviceId, staffId, customerId, startsAt, endsAt, priceCents, createdAt, status } = appointment;
  const zone = zoneOf(places, branchId);
  const rows: [string, ReactNode][] = [
    [words.columns.when, format.moment(startsAt, zone)],
    [words.length, format.span(Date.parse(endsAt) - Date.parse(startsAt))],
    [words.branch, nameOf(places, "branch", branchId)],
    [words.staff, staffId === null ? words.nobody : nameOf(places, "staff", staffId)],
    [
      words.price,
      priceCents === null || places === undefined ? words.noPrice : format.money(priceCents, places.company.currency),
    ],
    [words.bookedOn, format.moment(createdAt, zone)],
  ];
  return (
    <div>
      <Title order={2}>{nameOf(places, "service", serviceId)}</Title>
      <Customer id={customerId} />
      <Facts of={[[words.status, <StatusMark key="status" status={status} />], ...rows]} />
    </div>
  );
}

function Customer({ id }: { id: number }) {
  const words = useWords(appointmentWords);
  const customer = useQuery({
    queryKey: ["customers", "one", id],
    queryFn: () => dataOf(api.GET("/api/v1/customers/{customerId}", { params: { path: { customerId: id } } })),
  });
  return (
    <Asked query={customer}>
      {({ name, phone, email }) => (
        <div className="contact">
          <Text fw={600}>{name}</Text>
          {phone !== null && (
            <Anchor size="sm" href={`tel:${phone}`}>
              {phone}
            </Anchor>
          )}
          {email !== null && (
            <Anchor size="sm" href={`mailto:${email}`}>
              {email}
            </Anchor>
          )}
          <Text size="sm">
            <Link className="link" to="/appointments" search={{ customer: id, from: "2000-01-01" }}>
              {words.allOfCustomer}
            </Link>
          </Text>
        </div>
      )}
    </Asked>
  );
}

function History({ appointment: { id, branchId }, places }: PartProps) {
  const { format } = useSpeech();
  const words = useWords(appointmentWords);
  const refusals = useWords(refusalWords);
  const decisions = useQuery({
    queryKey: ["decisions", id],
    queryFn: () => dataOf(api.GET("/api/v1/decisions", { params: { query: { appointmentId: id, limit: 25 } } })),
  });
  return (
    <section>
      <Title order={3} mb="xs">
        {words.history}
      </Title>
      <Asked query={decisions}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm" className="quiet">
              {words.noHistory}
            </Text>
          ) : (
            <ol className="timeline">
              {items.map(({ id, action, allowed, feeCents, currency, decidedAt, code, receipt }) => (
                <li key={id}>
                  <Text size="sm" fw={600}>
                    {words.asked[action]}: <Verdict allowed={allowed} feeCents={feeCents} currency={currency} />
                  </Text>
                  <Text size="xs" className="quiet">
                    {format.moment(decidedAt, zoneOf(places, branchId))} · {words.receiptNumber(id)}
                  </Text>
                  {!allowed && <Text size="sm">{refusals[code] ?? code}</Text>}
                  <Fold title={words.receiptAll} content={receipt} />
                </li>
              ))}
            </ol>
          )
        }
      </Asked>
    </section>
  );
}
