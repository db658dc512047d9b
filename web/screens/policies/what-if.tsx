import { Code, SegmentedControl, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { nameOf, type Places, zoneOf } from "../../api/places.ts";
import { Failure } from "../../components/failure.tsx";
import { Asked } from "../../components/states.tsx";
import { instantAt } from "../../components/zone.ts";
import { useSpeech } from "../../texts/language.tsx";
import type { Spot } from "./data.ts";

/** Asks the engine itself for a real appointment; nothing is kept. */
export function WhatIf({ places, spot }: { places: Places; spot: Spot }) {
  const { texts, format } = useSpeech();
  const [id, setId] = useState<string | null>(null);
  const [action, setAction] = useState<"cancel" | "reschedule">("cancel");
  const [to, setTo] = useState("");
  const appointments = useComing(spot);
  const fits = appointments.data?.find((appointment) => String(appointment.id) === id);
  const zone = zoneOf(places, fits?.branchId ?? null) ?? places.company.timezone;
  const startsAt = action === "reschedule" ? instantAt(to, zone) : null;
  return (
    <section className="panel what-if" aria-labelledby="what-if">
      <Title order={2} id="what-if">
        {texts.policies.whatIf}
      </Title>
      <Text size="sm" className="quiet" mb="sm">
        {texts.policies.whatIfHint}
      </Text>
      <Asked query={appointments}>
        {(coming) => (
          <div className="what-if-form">
            <Select
              label={texts.policies.appointment}
              placeholder={coming.length === 0 ? texts.policies.noAppointments : texts.policies.pick}
              data={coming.map((each) => ({
                value: String(each.id),
                label: `${format.moment(each.startsAt, zoneOf(places, each.branchId))} · ${nameOf(places, "service", each.serviceId)} · ${nameOf(places, "staff", each.staffId)}`,
              }))}
              value={fits === undefined ? null : id}
              onChange={setId}
              searchable
            />
            <SegmentedControl
              aria-label={texts.policies.askLabel}
              value={action}
              onChange={(value) => setAction(value === "cancel" ? "cancel" : "reschedule")}
              data={(["cancel", "reschedule"] as const).map((value) => ({ value, label: texts.policies.ask[value] }))}
            />
            {action === "reschedule" && (
              <TextInput
                type="datetime-local"
                label={texts.policies.newStart}
                value={to}
                onChange={(event) => setTo(event.currentTarget.value)}
              />
            )}
          </div>
        )}
      </Asked>
      {fits && (action === "cancel" || startsAt !== null) && (
        <Answer
          appointmentId={fits.id}
          ask={startsAt === null ? { action: "cancel" } : { action: "reschedule", startsAt }}
        />
      )}
    </section>
  );
}

function useComing({ branch, service, staff }: Spot) {
  return useQuery({
    queryKey: ["coming", branch, service, staff],
    queryFn: async () => {
      const query = {
        from: new Date().toISOString(),
        limit: 100,
        ...(branch === undefined ? {} : { branchId: branch }),
        ...(staff === undefined ? {} : { staffId: staff }),
      };
      const { items } = await dataOf(api.GET("/api/v1/appointments", { params: { query } }));
      const open = items.filter(({ status }) => !["cancelled", "completed", "no_show"].includes(status));
      return open.filter(({ serviceId }) => service === undefined || String(serviceId) === service);
    },
  });
}

function Answer({ appointmentId, ask }: { appointmentId: number; ask: Schemas["QuoteInput"] }) {
  const { texts, format, language } = useSpeech();
  const quote = useQuery({
    queryKey: ["quote", appointmentId, ask],
    queryFn: () =>
      dataOf(
        api.POST("/api/v1/appointments/{appointmentId}/quotes", { params: { path: { appointmentId } }, body: ask }),
      ),
  });
  if (quote.isError) return <Failure error={quote.error} />;
  return (
    <Asked query={quote}>
      {({ allowed, feeCents, currency, explanation, receipt }) => (
        <Stack gap="sm" mt="md" aria-live="polite">
          <Text fw={700} className={allowed ? "good verdict" : "danger verdict"}>
            {allowed ? <IconCircleCheck aria-hidden /> : <IconCircleX aria-hidden />}
            {allowed ? texts.policies.allowed : texts.policies.denied}
            {allowed &&
              ` · ${feeCents === 0 ? texts.values.free : texts.policies.fee(format.money(feeCents, currency))}`}
          </Text>
          <div>
            <Text size="xs" className="quiet">
              {texts.policies.customerHears}
            </Text>
            <Text>{texts.policies.quoted(explanation[language].customer)}</Text>
          </div>
          <div>
            <Text size="xs" className="quiet">
              {texts.policies.staffReads}
            </Text>
            <Text size="sm">{explanation[language].staff}</Text>
          </div>
          <details>
            <summary>{texts.policies.receipt}</summary>
            <Code block tabIndex={0}>
              {JSON.stringify(receipt, null, 2)}
            </Code>
          </details>
        </Stack>
      )}
    </Asked>
  );
}
