import { Switch } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Channel } from "../../app/choices.ts";
import { Asked, Empty } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { notificationWords } from "../../texts/notifications.ts";
import { templateWords } from "../../texts/templates.ts";
import { type Catalogue, type Event, route, useCatalogue, useOwnTemplates, usualName } from "./data.ts";
import { EventTable } from "./event-table.tsx";
import { languagesOf, type OwnTemplate } from "./template.ts";

/** Event × channel × language: which words are the company's own, and which the product's. */
export function TemplateList() {
  const words = useWords(templateWords);
  const { own } = route.useSearch();
  const navigate = route.useNavigate();
  const catalogue = useCatalogue();
  const templates = useOwnTemplates();
  return (
    <>
      <p className="quiet matrix-note">{words.intro}</p>
      <Switch
        mb="sm"
        label={words.onlyOwn}
        checked={own === "only"}
        onChange={({ currentTarget: { checked } }) =>
          void navigate({ search: { tab: "templates", own: checked ? "only" : undefined } })
        }
      />
      <p className="quiet matrix-note">
        <span className="text-link text-own">
          <IconPencil size={12} aria-hidden /> de
        </span>{" "}
        {words.own} · <span className="text-link">en</span> {words.product}
      </p>
      <Asked query={catalogue}>
        {({ events }) => (
          <Asked query={templates}>
            {(rows) => {
              const shown = own ? events.filter(({ event }) => rows.some((row) => row.event === event)) : events;
              if (shown.length === 0) return <Empty title={words.noneOwn} hint={words.noneOwnHint} />;
              return <List events={shown} templates={rows} />;
            }}
          </Asked>
        )}
      </Asked>
    </>
  );
}

function List({ events, templates }: { events: Catalogue; templates: readonly OwnTemplate[] }) {
  const { tabs } = useWords(notificationWords);
  return (
    <EventTable
      label={tabs.templates}
      events={events}
      verticalSpacing={6}
      cellOf={(event, channel) => (
        <Texts
          event={event}
          channel={channel}
          own={templates.filter((row) => row.event === event && row.channel === channel)}
        />
      )}
    />
  );
}

interface TextsProps {
  readonly event: Event;
  readonly channel: Channel;
  readonly own: readonly OwnTemplate[];
}

/** The usual text in each language, and those that have a name. */
function Texts({ event, channel, own }: TextsProps) {
  const words = useWords(templateWords);
  const { events, channels: channelNames } = useWords(notificationWords);
  const usual = languagesOf(own).map((locale) => ({ locale, name: usualName }));
  const named = own.filter(({ name }) => name !== usualName);
  return (
    <span className="texts">
      {[...usual, ...named].map(({ locale, name }) => {
        const isOwn = own.some((row) => row.locale === locale && row.name === name);
        const isNamed = name !== usualName;
        const shown = isNamed ? `${locale} · ${name}` : locale;
        const whose = isNamed ? words.ownNamed(name) : isOwn ? words.own : words.product;
        return (
          <Link
            key={`${locale} ${name}`}
            to="/notifications"
            search={{ tab: "templates", event, channel, locale, name: isNamed ? name : undefined }}
            className={isOwn ? "text-link text-own" : "text-link"}
            aria-label={words.open(events[event], channelNames[channel], shown, whose)}
            title={whose}
          >
            {isOwn && <IconPencil size={12} aria-hidden />}
            {shown}
          </Link>
        );
      })}
    </span>
  );
}
