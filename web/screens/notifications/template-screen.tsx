import { SegmentedControl, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Channel } from "../../app/choices.ts";
import { Asked } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { notificationWords } from "../../texts/notifications.ts";
import { templateWords } from "../../texts/templates.ts";
import { type Event, route, useOwnTemplates, usualName } from "./data.ts";
import { languagesOf, readTemplate } from "./template.ts";
import { TemplateEditor } from "./template-editor.tsx";

interface Props {
  readonly event: Event;
  readonly channel: Channel;
  /** Undefined for the language of the UI. */
  readonly locale: string | undefined;
  readonly name: string | undefined;
}

/** One text: what it says, and how it arrives. */
export function TemplateScreen({ event, channel, locale: wanted, name }: Props) {
  // Another language of the UI is no other text.
  const [language] = useState(useSpeech().language);
  const words = useWords(templateWords);
  const { events, channels, languages } = useWords(notificationWords);
  const navigate = route.useNavigate();
  const search = route.useSearch();
  const own = (useOwnTemplates().data ?? []).filter((row) => row.event === event && row.channel === channel);
  const named = own.filter((row) => row.name === name).map(({ locale }) => locale);
  const locale = wanted ?? (named.includes(language) || named.length === 0 ? language : (named[0] ?? language));
  const offered = name === undefined || name === usualName ? languagesOf(own) : named;
  const key = { event, channel, locale, name };
  const template = useQuery({
    queryKey: ["template", key],
    // What is being written is not replaced under the writer's hands.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: () => readTemplate(key),
  });
  return (
    <>
      <Link to="/notifications" search={{ tab: "templates", own: search.own }} className="link back">
        <IconArrowLeft size={16} aria-hidden /> {words.back}
      </Link>
      <div className="head template-head">
        <div>
          <Title order={2}>{words.title(events[event], channels[channel])}</Title>
          {name !== undefined && <p className="quiet matrix-note">{words.called(name)}</p>}
        </div>
        <SegmentedControl
          aria-label={words.language}
          value={locale}
          onChange={(value) => void navigate({ search: { ...search, locale: value } })}
          data={[...new Set([...offered, locale])].map((value) => ({ value, label: languages[value] ?? value }))}
        />
      </div>
      <Asked query={template}>
        {(start) => (
          <TemplateEditor
            key={JSON.stringify(key)}
            of={key}
            start={start}
            onGone={() => void navigate({ search: { tab: "templates" }, ignoreBlocker: true })}
            onNamed={(to) =>
              void navigate({ search: { tab: "templates", event, channel, locale, name: to }, ignoreBlocker: true })
            }
          />
        )}
      </Asked>
    </>
  );
}
