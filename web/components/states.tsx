import { Alert, Button, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Problem } from "../api/client.ts";
import type { Texts } from "../texts/en.ts";
import { useSpeech } from "../texts/language.tsx";

/** What a person is told of a failure; the API's own words where they say more. */
export function wordsFor(texts: Texts, error: unknown): string {
  if (!(error instanceof Problem)) return texts.problems.other;
  if (error.status === 0) return texts.problems.unreachable;
  if (error.code === "maintenance") return texts.problems.maintenance;
  if (error.status === 403) return texts.problems.forbidden;
  if (error.status === 412) return texts.problems.conflict;
  if (error.status === 429) return texts.problems.tooMany;
  const fields = (error.body.errors ?? []).map(({ message }) => message).join(" ");
  return fields || error.message || texts.problems.other;
}

/** A list or a thing that is being asked for, could not be had, or is there. */
export function Asked<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  const { texts } = useSpeech();
  if (query.data !== undefined) return children(query.data);
  if (query.failureReason !== null) {
    return <Failure error={query.failureReason} retry={() => void query.refetch()} />;
  }
  return (
    <Stack gap="sm" role="status" aria-label={texts.app.loading}>
      {[1, 2, 3, 4].map((line) => (
        <Skeleton key={line} height={34} />
      ))}
    </Stack>
  );
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { texts } = useSpeech();
  const requestId = error instanceof Problem ? error.body.requestId : undefined;
  return (
    <Alert
      color="red"
      variant="outline"
      icon={<IconAlertTriangle aria-hidden />}
      title={wordsFor(texts, error)}
      role="alert"
    >
      <Stack gap="xs" align="flex-start">
        {requestId !== undefined && (
          <Text size="xs" className="quiet">
            {texts.problems.request(requestId)}
          </Text>
        )}
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            {texts.app.retry}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

export function Empty({ title, hint }: { title: string; hint?: string }) {
  return (
    <Stack align="center" gap={4} py="xl">
      <IconCircleCheck size={34} stroke={1.3} className="quiet" aria-hidden />
      <Text fw={600}>{title}</Text>
      {hint !== undefined && (
        <Text size="sm" className="quiet">
          {hint}
        </Text>
      )}
    </Stack>
  );
}

export function Head({ title, intro, children }: { title: string; intro: string; children?: ReactNode }) {
  return (
    <header className="head">
      <div>
        <Title order={1}>{title}</Title>
        <Text className="quiet">{intro}</Text>
      </div>
      {children}
    </header>
  );
}

export function NotFound() {
  const { texts } = useSpeech();
  return <Empty title={texts.app.notFound} />;
}
