import { Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconInbox } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useSpeech } from "../texts/language.tsx";
import { Failure } from "./failure.tsx";

/** A list or a thing that is being asked for, could not be had, or is there: then it stays, whatever happens to the server. */
export function Asked<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  const { texts } = useSpeech();
  const { data, failureReason } = query;
  const failure = failureReason !== null && (
    <Failure
      key={query.failureCount}
      error={failureReason}
      isStale={data !== undefined}
      retry={() => void query.refetch()}
    />
  );
  if (data !== undefined) {
    return (
      <>
        {failure}
        {children(data)}
      </>
    );
  }
  if (failure) return failure;
  return (
    <Stack gap="sm" role="status" aria-label={texts.app.loading}>
      {[1, 2, 3, 4].map((line) => (
        <Skeleton key={line} height={34} />
      ))}
    </Stack>
  );
}

export function Empty({ title, hint }: { title: string; hint?: string }) {
  return (
    <Stack align="center" gap={4} py="xl" ta="center">
      <IconInbox size={34} stroke={1.3} className="quiet" aria-hidden />
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

/** Of a part of a screen. */
export function PartHead({ title, intro, children }: { title: string; intro: string; children?: ReactNode }) {
  return (
    <div className="head">
      <div>
        <Title order={2}>{title}</Title>
        <Text size="sm" className="quiet">
          {intro}
        </Text>
      </div>
      {children}
    </div>
  );
}

export function NotFound() {
  const { texts } = useSpeech();
  return <Empty title={texts.app.notFound} />;
}
