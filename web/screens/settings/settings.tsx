import { Radio, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { nameOf, type Places, usePlaces } from "../../api/places.ts";
import { useAct } from "../../components/act.ts";
import { Asked, Head } from "../../components/states.tsx";
import { useSpeech } from "../../texts/language.tsx";

export function Settings() {
  const { texts } = useSpeech();
  const places = usePlaces();
  const basis = useQuery({ queryKey: ["settings"], queryFn: () => dataOf(api.GET("/api/v1/settings")) });
  const calendars = useQuery({
    queryKey: ["calendars"],
    queryFn: () => dataOf(api.GET("/api/v1/calendars", { params: { query: { limit: 100 } } })),
  });
  const ladders = useQuery({
    queryKey: ["ladders"],
    queryFn: () => dataOf(api.GET("/api/v1/ladders", { params: { query: { limit: 100 } } })),
  });
  return (
    <>
      <Head title={texts.screens.settings} intro={texts.settings.intro} />
      <Stack gap="lg">
        <Asked query={basis}>{(settings) => <Basis settings={settings} />}</Asked>
        <Promises />
        <section className="panel card">
          <Title order={2}>{texts.settings.calendars}</Title>
          <Asked query={calendars}>
            {({ items }) =>
              items.length === 0 ? (
                <Text className="quiet">{texts.settings.noCalendars}</Text>
              ) : (
                items.map((calendar) => <Calendar key={calendar.id} calendar={calendar} places={places.data} />)
              )
            }
          </Asked>
        </section>
        <section className="panel card">
          <Title order={2}>{texts.settings.ladders}</Title>
          <Asked query={ladders}>
            {({ items }) =>
              items.length === 0 ? (
                <Text className="quiet">{texts.settings.noLadders}</Text>
              ) : (
                items.map((ladder) => <Ladder key={ladder.id} ladder={ladder} places={places.data} />)
              )
            }
          </Asked>
        </section>
      </Stack>
    </>
  );
}

function Basis({ settings }: { settings: Schemas["Settings"] }) {
  const { texts } = useSpeech();
  const save = useAct(
    async (policyBasis: "booking" | "now") => {
      const header = { "If-Match": `"${settings.version}"` };
      await dataOf(api.PATCH("/api/v1/settings", { params: { header }, body: { policyBasis } }));
      return texts.settings.saved;
    },
    ["settings"],
  );
  return (
    <section className="panel card">
      <Radio.Group
        label={texts.settings.basis}
        description={texts.settings.basisHelp}
        value={settings.policyBasis}
        onChange={(value) => save.mutate(value === "booking" ? "booking" : "now")}
      >
        <Stack gap="xs" mt="xs">
          {(["booking", "now"] as const).map((value) => (
            <Radio key={value} value={value} label={texts.settings.bases[value]} />
          ))}
        </Stack>
      </Radio.Group>
    </section>
  );
}

function Promises() {
  const { texts, format } = useSpeech();
  const settings = useQuery({
    queryKey: ["callbackSettings"],
    queryFn: () => dataOf(api.GET("/api/v1/callback-settings")),
  });
  return (
    <section className="panel card">
      <Title order={2}>{texts.settings.sla}</Title>
      <Asked query={settings}>
        {(known) => (
          <dl className="facts">
            {(["urgentMinutes", "highMinutes", "normalMinutes"] as const).map((name) => (
              <div key={name}>
                <dt>{texts.settings.slaOf[name]}</dt>
                <dd>{format.span(known[name] * 60_000)}</dd>
              </div>
            ))}
          </dl>
        )}
      </Asked>
    </section>
  );
}

function placeOf(places: Places | undefined, branchId: string | null, whole: string): string {
  return branchId === null ? whole : nameOf(places, "branch", branchId);
}

function Calendar({ calendar, places }: { calendar: Schemas["Calendar"]; places: Places | undefined }) {
  const { texts } = useSpeech();
  return (
    <div>
      <Text fw={600} mt="sm">
        {calendar.name} · {placeOf(places, calendar.branchId, texts.settings.wholeCompany)}
      </Text>
      {calendar.alwaysOpen ? (
        <Text size="sm">{texts.settings.always}</Text>
      ) : (
        <dl className="facts">
          {Object.entries(texts.settings.days).map(([day, name]) => (
            <div key={day}>
              <dt>{name}</dt>
              <dd>
                {(calendar.hours[day] ?? []).map(({ from, until }) => `${from}–${until}`).join(", ") ||
                  texts.settings.closed}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function Ladder({ ladder, places }: { ladder: Schemas["Ladder"]; places: Places | undefined }) {
  const { texts } = useSpeech();
  return (
    <div>
      <Text fw={600} mt="sm" mb="xs">
        {ladder.name} · {placeOf(places, ladder.branchId, texts.settings.wholeCompany)}
      </Text>
      <ol className="timeline">
        {ladder.steps.map(({ at, action, to }) => (
          <li key={JSON.stringify(at) + action}>
            <Text size="sm">
              {at.percent === undefined
                ? texts.settings.atMinutes(at.minutes ?? 0)
                : texts.settings.atPercent(at.percent)}
              : {texts.settings.steps[action] ?? action}{" "}
              {to.map(({ type }) => texts.settings.targets[type as keyof typeof texts.settings.targets]).join(", ")}
            </Text>
          </li>
        ))}
      </ol>
    </div>
  );
}
