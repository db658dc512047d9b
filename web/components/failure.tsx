import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconClockPause, IconLock, IconPlugConnectedX, IconTool } from "@tabler/icons-react";
import type { ComponentType, ReactNode } from "react";
import { Problem, type Schemas } from "../api/client.ts";
import { useWords } from "../texts/both.ts";
import { fieldMessage } from "../texts/field-messages.ts";
import { useSpeech } from "../texts/language.tsx";
import { refusalWords } from "../texts/refusals.ts";
import { shared } from "../texts/shared.ts";
import { Countdown } from "./countdown.tsx";

type Kind = "unreachable" | "maintenance" | "forbidden" | "notFound" | "tooMany" | "other";

function kindOf(error: unknown): Kind {
  if (!(error instanceof Problem)) return "other";
  if (error.status === 0) return "unreachable";
  if (error.code === "maintenance") return "maintenance";
  if (error.status === 403) return "forbidden";
  if (error.status === 404) return "notFound";
  return error.status === 429 ? "tooMany" : "other";
}

interface Words {
  readonly title: string;
  /** What the API says itself, in English; null where the title says as much. */
  readonly detail: string | null;
}

/** What a person is told of a failure: in the language of the UI where it knows the code, with the API's own words. */
function useFailureWords(error: unknown): Words {
  const { texts, language } = useSpeech();
  const known = useWords(refusalWords);
  const { failures } = useWords(shared);
  if (!(error instanceof Problem)) return { title: texts.problems.other, detail: null };
  const kind = kindOf(error);
  if (kind === "notFound") return { title: failures.notFound, detail: null };
  if (kind !== "other") return { title: texts.problems[kind], detail: null };
  if (error.status === 412) return { title: texts.problems.conflict, detail: null };
  const explained = decisionIn(error)?.explanation[language].staff;
  if (explained !== undefined) return { title: explained, detail: null };
  const title = Object.hasOwn(known, error.code) ? known[error.code] : undefined;
  const fields = (error.body.errors ?? []).map(({ message }) => fieldMessage(message, language)).join(" ");
  const detail = fields || error.message || null;
  return title === undefined ? { title: detail ?? texts.problems.other, detail: null } : { title, detail };
}

/** A denial brings the whole decision along, explained in both languages. */
function decisionIn({ body }: Problem): Schemas["Decision"] | undefined {
  return (body as { decision?: Schemas["Decision"] }).decision;
}

/** The same in a line or two, and how long there is to wait. */
export function FailureWords({ error }: { error: unknown }) {
  const { texts } = useSpeech();
  const { failures } = useWords(shared);
  const { title, detail } = useFailureWords(error);
  const seconds = kindOf(error) === "tooMany" && error instanceof Problem ? error.retryAfterSeconds : null;
  if (seconds === null) {
    return (
      <>
        {title}
        {detail !== null && <Detail words={detail} />}
      </>
    );
  }
  const words = (left: number) => (left === 0 ? failures.retryNow : failures.retryIn(left));
  return (
    <>
      {texts.problems.tooMany} <Countdown seconds={seconds} words={words} />
    </>
  );
}

function Detail({ words }: { words: string }) {
  return (
    <Text size="xs" className="quiet">
      {words}
    </Text>
  );
}

/** What went wrong, what happens by itself and what can be done; a notice where something older is still shown. */
export function Failure({ error, isStale, retry }: { error: unknown; isStale?: boolean; retry?: () => void }) {
  const { texts } = useSpeech();
  const { failures } = useWords(shared);
  const kind = kindOf(error);
  const { Icon, color, tone } = looks[kind];
  const requestId = error instanceof Problem ? error.body.requestId : undefined;
  const { title, detail } = useFailureWords(error);
  return (
    <Alert
      color={color}
      className={`notice ${tone}`}
      variant="outline"
      icon={<Icon aria-hidden />}
      title={isStale ? `${failures.stale} ${title}` : title}
      role="alert"
      mb={isStale ? "md" : 0}
    >
      <Stack gap="xs" align="flex-start">
        {detail !== null && <Text size="sm">{detail}</Text>}
        <Hint kind={kind} error={error} />
        {requestId !== undefined && (
          <Text size="xs" className="quiet">
            {texts.problems.request(requestId)}
          </Text>
        )}
        {retry && kind !== "forbidden" && kind !== "notFound" && (
          <Button size="xs" variant="default" onClick={retry}>
            {texts.app.retry}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

const looks: Record<Kind, { Icon: ComponentType<{ "aria-hidden": true }>; color: string; tone: string }> = {
  unreachable: { Icon: IconPlugConnectedX, color: "red", tone: "danger" },
  maintenance: { Icon: IconTool, color: "yellow", tone: "warning" },
  forbidden: { Icon: IconLock, color: "gray", tone: "quiet" },
  notFound: { Icon: IconAlertTriangle, color: "gray", tone: "quiet" },
  tooMany: { Icon: IconClockPause, color: "yellow", tone: "warning" },
  other: { Icon: IconAlertTriangle, color: "red", tone: "danger" },
};

function Hint({ kind, error }: { kind: Kind; error: unknown }): ReactNode {
  const { failures } = useWords(shared);
  if (kind === "unreachable" || kind === "maintenance" || kind === "forbidden") {
    return <Text size="sm">{failures[kind]}</Text>;
  }
  const seconds = kind === "tooMany" && error instanceof Problem ? error.retryAfterSeconds : null;
  if (seconds === null) return null;
  return (
    <Text size="sm">
      <Countdown seconds={seconds} words={failures.tooMany} />
    </Text>
  );
}
