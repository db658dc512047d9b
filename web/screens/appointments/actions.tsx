import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import type { Places } from "../../api/places.ts";
import { type Permission, useMay } from "../../app/who.ts";
import { useAct } from "../../components/act.tsx";
import { appointmentWords } from "../../texts/appointments.ts";
import { useWords } from "../../texts/both.ts";
import { Change } from "./change.tsx";
import type { Appointment } from "./data.ts";
import { useIsKeptByPlatform } from "./reservations-data.ts";

type Transition = "confirmation" | "completion" | "no-show";

const needed = {
  confirmation: "appointments:confirm",
  completion: "appointments:complete",
  "no-show": "appointments:complete",
} as const satisfies Record<Transition, Permission>;

/** What a status allows. What has not begun can be confirmed, cancelled or moved; what has begun took place or did not. */
function offeredFor({ status, startsAt }: Appointment, now: number) {
  const isActive = ["pending", "scheduled", "confirmed", "booked", "in_progress"].includes(status);
  const hasBegun = Date.parse(startsAt) <= now;
  return {
    confirmation: ["pending", "scheduled", "booked"].includes(status) && !hasBegun,
    completion: isActive && status !== "pending" && hasBegun,
    "no-show": ["scheduled", "confirmed", "booked"].includes(status) && hasBegun,
    change: isActive && !hasBegun,
  };
}

export function Actions({ appointment, places }: { appointment: Appointment; places: Places }) {
  const words = useWords(appointmentWords);
  const [change, setChange] = useState<"cancel" | "reschedule" | null>(null);
  const params = { path: { appointmentId: appointment.id } };
  const act = useAct(
    async (transition: Transition) => {
      await dataOf(
        transition === "confirmation"
          ? api.POST("/api/v1/appointments/{appointmentId}/confirmation", { params, body: {} })
          : transition === "completion"
            ? api.POST("/api/v1/appointments/{appointmentId}/completion", { params, body: {} })
            : api.POST("/api/v1/appointments/{appointmentId}/no-show", { params, body: {} }),
      );
      return words.done[transition];
    },
    ["appointments", "appointment"],
  );
  const isKeptByPlatform = useIsKeptByPlatform();
  const offered = offeredFor(appointment, Date.now());
  const may = useMay();
  const button = (transition: Transition, label: string) =>
    offered[transition] &&
    !isKeptByPlatform &&
    may(needed[transition], appointment) && (
      <Button
        size="sm"
        variant={transition === "no-show" ? "default" : "filled"}
        loading={act.isPending && act.variables === transition}
        onClick={() => act.mutate(transition)}
      >
        {label}
      </Button>
    );
  return (
    <Group gap="xs">
      {button("confirmation", words.confirm)}
      {button("completion", words.complete)}
      {button("no-show", words.noShow)}
      {offered.change && may("appointments:reschedule", appointment) && (
        <Button size="sm" variant="default" onClick={() => setChange("reschedule")}>
          {words.moveIt}
        </Button>
      )}
      {offered.change && may("appointments:cancel", appointment) && (
        <Button size="sm" variant="default" className="danger" onClick={() => setChange("cancel")}>
          {words.cancelIt}
        </Button>
      )}
      {change !== null && (
        <Change action={change} appointment={appointment} places={places} onClose={() => setChange(null)} />
      )}
    </Group>
  );
}
