import { Button, Menu, Select, Table, Text } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { nameOf, type Places, usePlaces } from "../../api/places.ts";
import { type Channel, channels } from "../../app/choices.ts";
import { useMay } from "../../app/who.ts";
import { useAct } from "../../components/act.tsx";
import { LevelMark } from "../../components/level.tsx";
import { Asked } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { shared } from "../../texts/shared.ts";

const route = getRouteApi("/notifications");
type Effective = Schemas["EffectiveNotificationChannels"];
type Event = Effective["event"];

/** Event × channel for the company or a branch: what is on, and which level says so. */
export function Matrix() {
  const { texts } = useSpeech();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const places = usePlaces();
  const may = useMay();
  const words = useWords(shared);
  const catalogue = useQuery({
    queryKey: ["catalogue"],
    queryFn: () => dataOf(api.GET("/api/v1/notification-catalogue")),
    staleTime: 600_000,
  });
  return (
    <Asked query={places}>
      {(known) => (
        <>
          <Select
            label={texts.notifications.level}
            maw={320}
            mb="md"
            value={search.place ?? "company"}
            allowDeselect={false}
            data={[
              { value: "company", label: `${known.company.name} (${texts.levels.company})` },
              ...known.branches.map(({ id, name }) => ({ value: id, label: `${name} (${texts.levels.branch})` })),
            ]}
            onChange={(value) =>
              void navigate({ search: { ...search, place: value === "company" ? undefined : (value ?? undefined) } })
            }
          />
          {!may("notifications:write", { branchId: search.place ?? null }) && (
            <Text size="sm" className="quiet" mb="sm">
              {words.lookOnly}
            </Text>
          )}
          <Asked query={catalogue}>
            {({ events }) => <Grid events={events} branchId={search.place} places={known} />}
          </Asked>
        </>
      )}
    </Asked>
  );
}

interface GridProps {
  readonly events: readonly { event: Event; allowedChannels: readonly Channel[] }[];
  readonly branchId: string | undefined;
  readonly places: Places;
}

function Grid({ events, branchId, places }: GridProps) {
  const { texts } = useSpeech();
  const rows = useQueries({
    queries: events.map(({ event }) => ({
      queryKey: ["channels", event, branchId],
      queryFn: () => {
        const query = { event, ...(branchId === undefined ? {} : { branchId }) };
        return dataOf(api.GET("/api/v1/notification-configurations/effective", { params: { query } }));
      },
    })),
  });
  return (
    <section className="panel scroll" aria-label={texts.notifications.tabs.matrix}>
      <Table verticalSpacing={6} className="matrix">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.notifications.event}</Table.Th>
            {channels.map((channel) => (
              <Table.Th key={channel}>{texts.notifications.channels[channel]}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {events.map(({ event, allowedChannels }, row) => (
            <Table.Tr key={event}>
              <Table.Th scope="row" fw={500}>
                {texts.notifications.events[event]}
              </Table.Th>
              {channels.map((channel) => (
                <Table.Td key={channel}>
                  {allowedChannels.includes(channel) ? (
                    <Cell
                      event={event}
                      channel={channel}
                      effective={rows[row]?.data}
                      branchId={branchId}
                      places={places}
                    />
                  ) : (
                    <Text size="sm" className="quiet" title={texts.notifications.notPossible}>
                      <span aria-hidden>–</span>
                      <span className="away">{texts.notifications.notPossible}</span>
                    </Text>
                  )}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

interface CellProps {
  readonly event: Event;
  readonly channel: Channel;
  readonly effective: Effective | undefined;
  readonly branchId: string | undefined;
  readonly places: Places;
}

function Cell({ event, channel, effective, branchId, places }: CellProps) {
  const { texts } = useSpeech();
  const may = useMay();
  const level = branchId === undefined ? "company" : "branch";
  const targetId = branchId ?? String(places.company.id);
  const on = effective?.channels.find((each) => each.channel === channel);
  const off = effective?.disabled.find((each) => each.channel === channel);
  const from = (on ?? off)?.from;
  const own = from?.level === level ? from.configurationId : null;
  const change = useAct(
    async (to: "on" | "off" | "inherit") => {
      const params = { path: { configurationId: own ?? 0 } };
      const isEnabled = to === "on";
      if (to === "inherit")
        await dataOf(api.DELETE("/api/v1/notification-configurations/{configurationId}", { params }));
      else if (own !== null) {
        await dataOf(
          api.PATCH("/api/v1/notification-configurations/{configurationId}", { params, body: { isEnabled } }),
        );
      } else {
        const body = { level, targetId, event, channel, isEnabled } as const;
        await dataOf(api.POST("/api/v1/notification-configurations", { body }));
      }
      return texts.notifications.saved;
    },
    ["channels"],
  );
  if (effective === undefined) return <Text className="quiet">…</Text>;
  const mayChange = may("notifications:write", { branchId: branchId ?? null });
  const state = on ? texts.notifications.on : texts.notifications.off;
  const source = from === undefined || from.level === "catalogue" ? "system" : from.level;
  const origin =
    source === "system"
      ? texts.notifications.catalogue
      : source === level
        ? texts.policies.here
        : nameOf(places, source, source === "branch" ? (branchId ?? null) : targetId);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          className={on ? "cell cell-on" : "cell"}
          disabled={!mayChange}
          loading={change.isPending}
        >
          <span className="away">
            {texts.notifications.cell(texts.notifications.events[event], texts.notifications.channels[channel])}
          </span>
          <span aria-hidden>{on ? "●" : "○"}</span>&nbsp;{state}
          <span className="cell-origin">
            <LevelMark level={source}>{origin}</LevelMark>
          </span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {!(on && own !== null) && (
          <Menu.Item onClick={() => change.mutate("on")}>{texts.notifications.turnOn}</Menu.Item>
        )}
        {!(off && own !== null) && (
          <Menu.Item onClick={() => change.mutate("off")}>{texts.notifications.turnOff}</Menu.Item>
        )}
        {own !== null && <Menu.Item onClick={() => change.mutate("inherit")}>{texts.notifications.inherit}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}
