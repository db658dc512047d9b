import { Select, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { type Places, usePlaces } from "../../api/places.ts";
import { AppointmentSelect, useComing } from "../../components/appointment-select.tsx";
import { Asked, Empty } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { dryRunWords } from "../../texts/dry-run.ts";
import { notificationWords } from "../../texts/notifications.ts";
import { type Event, eventIn, kinds, route, useCatalogue } from "./data.ts";
import { PlanView } from "./plan.tsx";

/** Who would be told of an event of an appointment; nothing is sent. */
export function DryRun() {
  const words = useWords(dryRunWords);
  const places = usePlaces();
  return (
    <>
      <p className="quiet matrix-note">{words.intro}</p>
      <Asked query={places}>{(known) => <Question places={known} />}</Asked>
    </>
  );
}

function Question({ places }: { places: Places }) {
  const words = useWords(dryRunWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { appointment: id, branch, service, staff } = search;
  const event = eventIn(search.event);
  const coming = useComing({ branch, service, staff });
  const named = useAppointment(id);
  return (
    <>
      <div className="what-if-form dry-run-form">
        <Asked query={coming}>
          {(listed) => (
            <AppointmentSelect
              places={places}
              appointments={named.data && !listed.some((each) => each.id === id) ? [named.data, ...listed] : listed}
              value={id}
              onPick={(appointment) => void navigate({ search: { ...search, appointment } })}
            />
          )}
        </Asked>
        <EventSelect value={event} onPick={(to) => void navigate({ search: { ...search, event: to } })} />
      </div>
      {id === undefined || event === undefined ? (
        <Empty title={words.choose} />
      ) : (
        <Answer places={places} appointmentId={id} branchId={named.data?.branchId ?? null} event={event} />
      )}
    </>
  );
}

function useAppointment(id: number | undefined) {
  return useQuery({
    queryKey: ["appointment", id],
    enabled: id !== undefined,
    queryFn: () =>
      dataOf(api.GET("/api/v1/appointments/{appointmentId}", { params: { path: { appointmentId: id ?? 0 } } })),
  });
}

/** Of all that are about an appointment. */
function EventSelect({ value, onPick }: { value: Event | undefined; onPick(event: Event | undefined): void }) {
  const words = useWords(notificationWords);
  const events = useCatalogue().data?.events ?? [];
  const aboutAppointments = events.filter(({ event }) => !event.startsWith("callback_"));
  return (
    <Select
      label={words.event}
      data={kinds.map((kind) => ({
        group: words.kinds[kind],
        items: aboutAppointments
          .filter((each) => each.kind === kind)
          .map(({ event }) => ({ value: event as string, label: words.events[event] })),
      }))}
      value={value ?? null}
      onChange={(event) => onPick(eventIn(event ?? undefined))}
      searchable
    />
  );
}

interface AnswerProps {
  readonly places: Places;
  readonly appointmentId: number;
  readonly branchId: string | null;
  readonly event: Event;
}

function Answer({ places, appointmentId, branchId, event }: AnswerProps) {
  const words = useWords(dryRunWords);
  const body = { event, appointmentId };
  const plans = useQuery({
    queryKey: ["channels", "plan", body],
    queryFn: () => dataOf(api.POST("/api/v1/notification-plans", { body })),
  });
  return (
    <Asked query={plans}>
      {({ plans: known }) =>
        known.length === 0 ? (
          <Text>{words.nobody}</Text>
        ) : (
          known.map((plan) => (
            <PlanView
              key={`${plan.recipient.type} ${plan.recipient.id}`}
              plan={plan}
              places={places}
              appointmentId={appointmentId}
              branchId={branchId}
            />
          ))
        )
      }
    </Asked>
  );
}
