import { Button, Group, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import type { Places } from "../../api/places.ts";
import { Failure } from "../../components/failure.tsx";
import { Dialog } from "../../components/layer.tsx";
import { useOnce } from "../../components/once.ts";
import { appointmentWords } from "../../texts/appointments.ts";
import { useWords } from "../../texts/both.ts";
import { ChangeForm } from "./change-form.tsx";
import type { Appointment } from "./data.ts";
import { Answer, useQuote } from "./quote.tsx";
import { Receipt } from "./receipt.tsx";
import { useFee } from "./verdict.tsx";
import { askOf, emptyWish } from "./wish.ts";

interface Props {
  readonly action: "cancel" | "reschedule";
  readonly appointment: Appointment;
  readonly places: Places;
  onClose(): void;
}

/** Cancels or moves: shows what applies and what it costs before, does just that or nothing, and hands out the receipt. */
export function Change({ action, appointment, places, onClose }: Props) {
  const words = useWords(appointmentWords);
  const queries = useQueryClient();
  const [wish, setWish] = useState(emptyWish);
  const zone = places.branches.find(({ id }) => id === appointment.branchId)?.timezone ?? places.company.timezone;
  const ask = askOf(action, wish, zone);
  const { quote, isCurrent } = useQuote(appointment.id, ask);
  const send = useSending(appointment.id);
  const fee = useFee();
  const known = isCurrent && ask !== null ? quote.data : undefined;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (known?.allowed && ask !== null) send.mutate({ ask, feeAtMostCents: known.feeCents });
  }
  function close() {
    for (const touched of ["appointments", "appointment", "reservations", "decisions", "modifications"]) {
      void queries.invalidateQueries({ queryKey: [touched] });
    }
    onClose();
  }
  const [title, label] = action === "cancel" ? [words.cancelTitle, words.cancelFor] : [words.moveTitle, words.moveFor];
  return (
    <Dialog onClose={close} size="lg" zIndex={300} title={title}>
      {send.data ? (
        <Receipt action={action} outcome={send.data} zone={zone} onClose={close} />
      ) : (
        <form onSubmit={submit}>
          <Stack gap="md">
            <ChangeForm
              action={action}
              appointment={appointment}
              places={places}
              zone={zone}
              wish={wish}
              quote={quote.data}
              onChange={(change) => setWish({ ...wish, ...change })}
            />
            <Answer ask={ask} quote={quote} />
            {send.isError && <Failure error={send.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {words.keep}
              </Button>
              <Button
                type="submit"
                {...(action === "cancel" && { color: "red.8" })}
                disabled={!known?.allowed}
                loading={send.isPending}
              >
                {known?.allowed ? label(fee(known.feeCents, known.currency)) : title}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Dialog>
  );
}

/** Costs at most what was shown: if that has changed, nothing is done, and what applies is asked anew. */
function useSending(appointmentId: number) {
  const queries = useQueryClient();
  const once = useOnce();
  return useMutation({
    mutationFn: ({ ask, feeAtMostCents }: { ask: Schemas["QuoteInput"]; feeAtMostCents: number }) => {
      const params = { path: { appointmentId }, header: once([ask, feeAtMostCents]) };
      if (ask.action === "cancel") {
        const { action: _, ...body } = { ...ask, feeAtMostCents };
        return dataOf(api.POST("/api/v1/appointments/{appointmentId}/cancellation", { params, body }));
      }
      const { action: _, ...body } = { ...ask, feeAtMostCents };
      return dataOf(api.POST("/api/v1/appointments/{appointmentId}/rescheduling", { params, body }));
    },
    onError: () => queries.invalidateQueries({ queryKey: ["quote", appointmentId] }),
  });
}
