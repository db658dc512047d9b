import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { useMay } from "../../app/who.ts";
import { useAct } from "../../components/act.tsx";
import { useSpeech } from "../../texts/language.tsx";
import type { Callback } from "./data.ts";

const outcomes = ["reached", "unreachable", "wrong_number", "declined"] as const;
type Step = "acknowledgement" | "contact" | "attempts" | "completion";

/** What its assignee does next: each step is offered where the callback's state takes it. */
export function Actions({ callback }: { callback: Callback }) {
  const { texts } = useSpeech();
  const [outcome, setOutcome] = useState<(typeof outcomes)[number]>("reached");
  const [notes, setNotes] = useState("");
  const may = useMay();
  const params = { path: { callbackId: callback.id } };
  const note = notes.trim() || null;
  const act = useAct(
    async (step: Step) => {
      await dataOf(
        step === "acknowledgement"
          ? api.POST("/api/v1/callbacks/{callbackId}/acknowledgement", { params, body: {} })
          : step === "contact"
            ? api.POST("/api/v1/callbacks/{callbackId}/contact", { params, body: {} })
            : step === "attempts"
              ? api.POST("/api/v1/callbacks/{callbackId}/attempts", { params, body: { notes: note } })
              : api.POST("/api/v1/callbacks/{callbackId}/completion", { params, body: { outcome, notes: note } }),
      );
      setNotes("");
      return texts.callbacks.done;
    },
    ["callbacks", "callback"],
  );
  const button = (step: Step, label: string, variant: "filled" | "default" = "default") => (
    <Button
      size="sm"
      variant={variant}
      loading={act.isPending && act.variables === step}
      onClick={() => act.mutate(step)}
    >
      {label}
    </Button>
  );
  const place = { branchId: callback.branchId, staffId: callback.assignedTo };
  if (callback.status === "pending" || !may("callbacks:work", place)) return null;
  if (callback.status === "assigned") {
    return (
      <Group gap="xs">
        {button("contact", texts.callbacks.contacted, "filled")}
        {callback.acknowledgedAt === null && button("acknowledgement", texts.callbacks.acknowledge)}
      </Group>
    );
  }
  return (
    <Stack gap="sm">
      <Select
        label={texts.callbacks.outcome}
        value={outcome}
        onChange={(value) => setOutcome(outcomes.find((known) => known === value) ?? "reached")}
        data={outcomes.map((value) => ({ value, label: texts.callbacks.outcomes[value] }))}
        allowDeselect={false}
      />
      <TextInput
        label={texts.callbacks.note}
        value={notes}
        maxLength={2000}
        onChange={(event) => setNotes(event.currentTarget.value)}
      />
      <Group gap="xs">
        {button("completion", texts.callbacks.complete, "filled")}
        {button("attempts", texts.callbacks.attempt)}
      </Group>
    </Stack>
  );
}
