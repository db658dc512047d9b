import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { zoneOf, zoneOfCompany } from "../../api/places.ts";
import { AppointmentSelect, useComing } from "../../components/appointment-select.tsx";
import { Asked } from "../../components/states.tsx";
import { instantAt } from "../../components/zone.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { whatIfWords } from "../../texts/what-if.ts";
import { questionOf, type Subject, useSimulation } from "./simulate.ts";
import { type Decision, Verdict } from "./verdict.tsx";
import type { AboutProps, Wish } from "./what-if.tsx";

type Appointment = Schemas["ListedAppointment"];

/** One of the coming appointments of the place that one looks at. */
export function RealOne({ places, spot, wish, children }: AboutProps) {
  const [id, setId] = useState<number>();
  const appointments = useComing(spot);
  const fits = appointments.data?.find((appointment) => appointment.id === id);
  const zone = zoneOf(places, fits?.branchId ?? null) ?? zoneOfCompany(places);
  const isAsked = wish.action === "cancel" || instantAt(wish.to, zone) !== null;
  return (
    <>
      <Asked query={appointments}>
        {(coming) => (
          <div className="what-if-form">
            <AppointmentSelect places={places} appointments={coming} value={fits?.id} onPick={setId} />
            {children}
          </div>
        )}
      </Asked>
      {fits && isAsked && <Answer appointment={fits} wish={wish} zone={zone} />}
    </>
  );
}

/** Of now, as quoted; of another moment, with what the quote knows of the customer. */
function Answer({ appointment, wish, zone }: { appointment: Appointment; wish: Wish; zone: string }) {
  const { format } = useSpeech();
  const words = useWords(whatIfWords);
  const appointmentId = appointment.id;
  const startsAt = wish.action === "cancel" ? null : instantAt(wish.to, zone);
  const ask: Schemas["QuoteInput"] = startsAt === null ? { action: "cancel" } : { action: "reschedule", startsAt };
  const quote = useQuery({
    queryKey: ["quote", appointmentId, ask],
    queryFn: (): Promise<Decision> =>
      dataOf(
        api.POST("/api/v1/appointments/{appointmentId}/quotes", { params: { path: { appointmentId } }, body: ask }),
      ),
  });
  const at = wish.at === "" ? null : instantAt(wish.at, zone);
  const isMoved = at !== null && quote.data !== undefined;
  const simulation = useSimulation(isMoved ? questionOf(subjectOf(appointment, quote.data.receipt), wish, zone) : null);
  return (
    <>
      <Verdict query={isMoved ? simulation : quote} />
      {isMoved && (
        <Text size="xs" className="quiet" mt="xs">
          {words.asked(format.moment(at, zone))}
        </Text>
      )}
    </>
  );
}

interface Facts {
  readonly appointment: {
    readonly priceCents: number | null;
    readonly bookedAt: string | null;
    readonly endsAt: string;
  };
  readonly used30Days: number;
  readonly used90Days: number;
  readonly movesSoFar: number;
}

function subjectOf({ branchId, serviceId, staffId, startsAt }: Appointment, receipt: Decision["receipt"]): Subject {
  const { appointment, used30Days, used90Days, movesSoFar } = receipt.facts as Facts;
  const minutes = Math.round((Date.parse(appointment.endsAt) - Date.parse(startsAt)) / 60_000);
  return {
    ...{ branchId, serviceId, staffId, startsAt, used30Days, used90Days, movesSoFar },
    durationMinutes: minutes,
    priceCents: appointment.priceCents,
    bookedAt: appointment.bookedAt,
  };
}
