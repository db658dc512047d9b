import { Button, Group, Stack, Text, Title } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { useMay } from "../../app/who.ts";
import { useAct } from "../../components/act.tsx";
import { Confirm } from "../../components/confirm.tsx";
import { Asked } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { reservationWords } from "../../texts/reservations.ts";
import type { Appointment } from "./data.ts";
import { type Reservation, statusAt, touchedByReservations } from "./reservations-data.ts";
import { useFee } from "./verdict.tsx";

interface WaitingProps {
  readonly reservation: Reservation;
  readonly appointment: Appointment;
  readonly now: number;
  readonly zone: string | undefined;
}

/** A change that was decided and that the platform has yet to make: until when, and what can be done about it. */
export function Waiting({ reservation, appointment, now, zone }: WaitingProps) {
  const { format } = useSpeech();
  const words = useWords(reservationWords);
  const [isAsked, setAsked] = useState(false);
  const act = useSettling(reservation.id);
  const mayAct = useMay()("appointments:write", appointment);
  const { to, expiresAt } = reservation;
  return (
    <section className="panel reach" aria-labelledby="waiting">
      <Stack gap="xs">
        <Title order={3} id="waiting" className="warning">
          {words.title}
        </Title>
        <Text size="sm" fw={600}>
          {to === null ? words.cancel : words.reschedule(format.moment(to.startsAt, zone))}
        </Text>
        <Text size="sm">{words.until(format.moment(expiresAt, zone), format.span(Date.parse(expiresAt) - now))}</Text>
        <Text size="sm" className="quiet">
          {words.help}
        </Text>
        {mayAct && (
          <Group gap="xs">
            <Button
              size="sm"
              loading={act.isPending && act.variables === "confirmation"}
              onClick={() => act.mutate("confirmation")}
            >
              {words.confirm}
            </Button>
            <Button size="sm" variant="default" onClick={() => setAsked(true)}>
              {words.withdraw}
            </Button>
          </Group>
        )}
      </Stack>
      {isAsked && (
        <Confirm
          title={words.withdrawTitle}
          action={words.withdrawAction}
          isBusy={act.isPending}
          onConfirm={() => act.mutate("withdrawal", { onSettled: () => setAsked(false) })}
          onClose={() => setAsked(false)}
        >
          {words.withdrawText}
        </Confirm>
      )}
    </section>
  );
}

function useSettling(reservationId: number) {
  const { done } = useWords(reservationWords);
  const params = { path: { reservationId } };
  return useAct(async (how: "confirmation" | "withdrawal") => {
    await dataOf(
      how === "confirmation"
        ? api.POST("/api/v1/reservations/{reservationId}/confirmation", { params, body: {} })
        : api.POST("/api/v1/reservations/{reservationId}/withdrawal", { params, body: {} }),
    );
    return done[how];
  }, touchedByReservations);
}

export function WaitingMark({ reservation }: { reservation: Reservation | undefined }) {
  const words = useWords(reservationWords);
  if (reservation === undefined) return null;
  return (
    <Text size="xs" className="warning">
      {words.types[reservation.type]}: {words.statuses.reserved}
    </Text>
  );
}

interface EarlierProps {
  readonly query: UseQueryResult<{ items: Reservation[] }>;
  readonly now: number;
  readonly zone: string | undefined;
}

/** What became of the changes that the platform was to make; nothing where there were none. */
export function Earlier({ query, now, zone }: EarlierProps) {
  const { format } = useSpeech();
  const words = useWords(reservationWords);
  const fee = useFee();
  const isOver = (each: Reservation) => statusAt(each, now) !== "reserved";
  if (query.data?.items.some(isOver) === false) return null;
  return (
    <Asked query={query}>
      {({ items }) => (
        <section>
          <Title order={3} mb="xs">
            {words.earlier}
          </Title>
          <ol className="timeline">
            {items.filter(isOver).map((each) => (
              <li key={each.id}>
                <Text size="sm" fw={600}>
                  {words.types[each.type]}: {words.statuses[statusAt(each, now)]}
                </Text>
                <Text size="xs" className="quiet">
                  {format.moment(each.settledAt ?? each.createdAt, zone)} · {fee(each.feeCents, each.currency)}
                </Text>
              </li>
            ))}
          </ol>
        </section>
      )}
    </Asked>
  );
}
