import { Box, SegmentedControl, Text, Title } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { Schemas } from "../../api/client.ts";
import type { Channel } from "../../app/choices.ts";
import { Mark } from "../../components/appearance.tsx";
import { Fold } from "../../components/fold.tsx";
import { Asked } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { templateWords } from "../../texts/templates.ts";
import { route } from "./data.ts";
import { MailFrame } from "./mail-frame.tsx";
import { useLastGood } from "./use-rendered.ts";

type Rendered = Schemas["RenderedTemplate"];
type Content = NonNullable<Rendered["content"]>;

interface Props {
  readonly channel: Channel;
  readonly rendered: UseQueryResult<Rendered>;
}

/** The message as whoever gets it sees it; while something is wrong with the text, as it last was. */
export function Preview({ channel, rendered }: Props) {
  const words = useWords(templateWords);
  const good = useLastGood(rendered.data);
  const isStale = (rendered.data?.faults.length ?? 0) > 0;
  return (
    <section className="template-preview" aria-labelledby="preview">
      <Title order={3} id="preview">
        {words.preview}
      </Title>
      <Text size="sm" className={isStale ? "warning" : "quiet"} mb="sm" role="status">
        {isStale ? words.stale : words.sample}
      </Text>
      <Asked query={rendered}>
        {() => good?.content && <Message channel={channel} content={good.content} segments={good.segments} />}
      </Asked>
    </section>
  );
}

function Message({
  channel,
  content,
  segments,
}: {
  channel: Channel;
  content: Content;
  segments: Rendered["segments"];
}) {
  if (channel === "email") return <Mail content={content} />;
  if (channel === "push") return <Push content={content} />;
  return (
    <>
      <div className={`bubble bubble-${channel}`}>{content.text.trim()}</div>
      {segments && <Segments {...segments} />}
    </>
  );
}

function Mail({ content }: { content: Content }) {
  const words = useWords(templateWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const width = search.width ?? "phone";
  return (
    <>
      <SegmentedControl
        size="xs"
        mb="sm"
        aria-label={words.width}
        value={width}
        onChange={(value) =>
          void navigate({
            search: { ...search, width: value === "desktop" ? value : undefined },
            replace: true,
            ignoreBlocker: true,
          })
        }
        data={(["phone", "desktop"] as const).map((value) => ({ value, label: words.widths[value] }))}
      />
      <Box component="section" className="scroll mail" aria-label={words.mail} tabIndex={0}>
        <div className={`mail-${width}`}>
          <div className="mail-subject">{content.subject}</div>
          <MailFrame title={words.mail} html={content.html ?? ""} />
        </div>
      </Box>
      <Fold title={words.asText} content={content.text.trim()} />
    </>
  );
}

function Push({ content }: { content: Content }) {
  const words = useWords(templateWords);
  return (
    <div className="push">
      <Mark />
      <div>
        <div className="push-head">
          <strong>{content.subject}</strong>
          <span className="quiet">{words.now}</span>
        </div>
        <div className="preview">{content.text.trim()}</div>
      </div>
    </div>
  );
}

function Segments({ encoding, units, segments }: NonNullable<Rendered["segments"]>) {
  const { format } = useSpeech();
  const words = useWords(templateWords);
  return (
    <>
      <Text size="sm" mt="xs">
        {words.sms(segments, format.number(units))}
      </Text>
      {encoding === "UCS-2" && (
        <Text size="sm" className="warning">
          {words.ucs2}
        </Text>
      )}
    </>
  );
}
