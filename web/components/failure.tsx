import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconClockPause, IconLock, IconPlugConnectedX, IconTool } from "@tabler/icons-react";
import type { ComponentType, ReactNode } from "react";
import { Problem } from "../api/client.ts";
import { useWords } from "../texts/both.ts";
import type { Texts } from "../texts/en.ts";
import { useSpeech } from "../texts/language.tsx";
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

/** What a person is told of a failure; the API's own words where they say more. */
export function wordsFor(texts: Texts, error: unknown): string {
  if (!(error instanceof Problem)) return texts.problems.other;
  const kind = kindOf(error);
  if (kind === "unreachable" || kind === "maintenance" || kind === "forbidden" || kind === "tooMany") {
    return texts.problems[kind];
  }
  if (error.status === 412) return texts.problems.conflict;
  const fields = (error.body.errors ?? []).map(({ message }) => message).join(" ");
  return fields || error.message || texts.problems.other;
}

/** The same, and how long there is to wait. */
export function FailureWords({ error }: { error: unknown }) {
  const { texts } = useSpeech();
  const { failures } = useWords(shared);
  const seconds = kindOf(error) === "tooMany" && error instanceof Problem ? error.retryAfterSeconds : null;
  if (seconds === null) return wordsFor(texts, error);
  const words = (left: number) => (left === 0 ? failures.retryNow : failures.retryIn(left));
  return (
    <>
      {texts.problems.tooMany} <Countdown seconds={seconds} words={words} />
    </>
  );
}

/** What went wrong, what happens by itself and what can be done; a notice where something older is still shown. */
export function Failure({ error, isStale, retry }: { error: unknown; isStale?: boolean; retry?: () => void }) {
  const { texts } = useSpeech();
  const { failures } = useWords(shared);
  const kind = kindOf(error);
  const { Icon, color, tone } = looks[kind];
  const requestId = error instanceof Problem ? error.body.requestId : undefined;
  const title = kind === "notFound" ? failures.notFound : wordsFor(texts, error);
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
