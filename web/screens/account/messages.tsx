import { Select, Stack, Switch, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schemas, type Versioned, versionOf } from "../../api/client.ts";
import { type Channel, channels } from "../../app/choices.ts";
import type { Who } from "../../app/who.ts";
import { useAct } from "../../components/act.tsx";
import { Asked } from "../../components/states.tsx";
import { accountWords } from "../../texts/account.ts";
import { useWords } from "../../texts/both.ts";
import { notificationWords } from "../../texts/notifications.ts";
import { shared } from "../../texts/shared.ts";

type Preferences = Schemas["Preferences"];

/** How somebody of the staff is told; of nobody else there is anything to choose. */
export function Messages({ who }: { who: Who }) {
  const words = useWords(accountWords);
  const reach = who.permissions.find(({ permission }) => permission === "preferences:write")?.reach;
  return reach?.staff.map((staffId) => (
    <section key={staffId} className="panel card">
      <Title order={2} mb="xs">
        {words.messages}
      </Title>
      <Text size="sm" className="quiet" mb="sm">
        {words.messagesHelp}
      </Text>
      <Preferred staffId={staffId} />
    </section>
  ));
}

function Preferred({ staffId }: { staffId: string }) {
  const preferences = useQuery({
    queryKey: ["ownPreferences", staffId],
    queryFn: () =>
      versionOf(api.GET("/api/v1/staff/{staffId}/notification-preferences", { params: { path: { staffId } } })),
  });
  return <Asked query={preferences}>{(known) => <Choices staffId={staffId} known={known} />}</Asked>;
}

function Choices({ staffId, known: { data, etag } }: { staffId: string; known: Versioned<Preferences> }) {
  const { channels: channelNames } = useWords(notificationWords);
  const words = useWords(accountWords);
  const common = useWords(shared);
  const save = useAct(
    async (change: Partial<Preferences>) => {
      const { version: _, ...body } = { ...data, ...change };
      const params = { path: { staffId }, header: { "If-Match": etag } };
      await dataOf(
        api.PUT("/api/v1/staff/{staffId}/notification-preferences", {
          params,
          body: { ...body, locale: localeOf(body.locale) },
        }),
      );
      return common.saved;
    },
    ["ownPreferences"],
  );
  const isWholly = ({ kind, event }: Preferences["optOuts"][number]) => kind === null && event === null;
  const isOff = (channel: Channel) => data.optOuts.some((each) => isWholly(each) && each.channel === channel);
  function toggle(channel: Channel, isOn: boolean) {
    const others = data.optOuts.filter((each) => !(isWholly(each) && each.channel === channel));
    save.mutate({ optOuts: isOn ? others : [...others, { kind: null, event: null, channel }] });
  }
  return (
    <Stack gap="md" maw={420}>
      <Select
        label={words.preferred}
        placeholder={words.noPreferred}
        data={channels.map((value) => ({ value, label: channelNames[value] }))}
        value={data.preferredChannel}
        onChange={(value) => save.mutate({ preferredChannel: channels.find((known) => known === value) ?? null })}
        clearable
        clearButtonProps={{ "aria-label": words.noPreferred }}
      />
      <fieldset className="bare">
        <legend>
          <Text size="sm" fw={600} mb="xs">
            {words.wanted}
          </Text>
        </legend>
        <Stack gap="xs">
          {channels.map((channel) => (
            <Switch
              key={channel}
              label={channelNames[channel]}
              checked={!isOff(channel)}
              disabled={save.isPending}
              onChange={({ currentTarget: { checked } }) => toggle(channel, checked)}
            />
          ))}
        </Stack>
      </fieldset>
    </Stack>
  );
}

const localeOf = (locale: string | null) => (locale === "de" || locale === "en" ? locale : null);
