import { Button, Group } from "@mantine/core";
import { keepPreviousData, type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { useWords } from "../texts/both.ts";
import { shared } from "../texts/shared.ts";

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** One page of a list. The next one is asked for meanwhile, so that turning the page waits for nothing. */
export function usePage<Item>(
  key: readonly unknown[],
  after: string | undefined,
  read: (cursor: { cursor?: string }) => Promise<Page<Item>>,
): UseQueryResult<Page<Item>> {
  const queries = useQueryClient();
  const optionsOf = (cursor: string | undefined) => ({
    queryKey: [...key, cursor ?? ""],
    queryFn: () => read(cursor === undefined ? {} : { cursor }),
  });
  const page = useQuery({ ...optionsOf(after), placeholderData: keepPreviousData });
  const next = page.isPlaceholderData ? null : page.data?.nextCursor;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is read follows from the key
  useEffect(() => {
    if (next) void queries.prefetchQuery(optionsOf(next));
  }, [next, JSON.stringify(key)]);
  return page;
}

interface PagerProps {
  readonly after: string | undefined;
  readonly page: Page<unknown> | undefined;
  /** Where a page begins, and how the reader got there. */
  onTurn(after: string | undefined, trail: readonly string[]): void;
}

/** Turns pages. The way back stands in the browser's history, so a reload keeps it. */
export function Pager({ after, page, onTurn }: PagerProps) {
  const { page: words } = useWords(shared);
  const trail = useRouterState({ select: ({ location }) => location.state.trail }) ?? [];
  const next = page?.nextCursor;
  if (after === undefined && !next) return null;
  const previous = trail.at(-1);
  return (
    <Group component="nav" aria-label={words.label} gap="xs" mt="md">
      {after !== undefined && trail.length !== 1 && (
        <Button variant="default" size="sm" onClick={() => onTurn(undefined, [])}>
          {words.first}
        </Button>
      )}
      {after !== undefined && previous !== undefined && (
        <Button variant="default" size="sm" onClick={() => onTurn(previous || undefined, trail.slice(0, -1))}>
          {words.previous}
        </Button>
      )}
      {next && (
        <Button variant="default" size="sm" onClick={() => onTurn(next, [...trail, after ?? ""])}>
          {words.next}
        </Button>
      )}
    </Group>
  );
}
