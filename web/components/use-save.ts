import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Problem } from "../api/client.ts";
import { useWords } from "../texts/both.ts";
import { fieldMessage } from "../texts/field-messages.ts";
import { useSpeech } from "../texts/language.tsx";
import { shared } from "../texts/shared.ts";

interface Saving<Draft> {
  /** Writes a draft; with an etag only over that version. @throws Problem */
  write(draft: Draft, etag: string | null): Promise<unknown>;
  /** Reads what is there now, as a draft; without an etag where it is gone. */
  reread(): Promise<{ readonly data: Draft; readonly etag: string | null }>;
  /** The names of the queries to ask again. */
  readonly touched: readonly string[];
  onSaved(): void;
}

export interface Conflict<Draft> {
  readonly yours: Draft;
  readonly theirs: Draft;
  keepYours(): void;
}

/** Saves a draft. Where somebody else was quicker, nothing is saved until one of both versions is chosen. */
export function useSave<Draft>({ write, reread, touched, onSaved }: Saving<Draft>) {
  const words = useWords(shared);
  const queries = useQueryClient();
  const [clash, setClash] = useState<{ yours: Draft; theirs: Awaited<ReturnType<Saving<Draft>["reread"]>> } | null>(
    null,
  );
  const mutation = useMutation({
    mutationFn: async ({ draft, etag }: { draft: Draft; etag: string | null }) => {
      try {
        await write(draft, etag);
        return true;
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 412) throw error;
        setClash({ yours: draft, theirs: await reread() });
        return false;
      }
    },
    onSuccess: (isSaved) => {
      if (!isSaved) return;
      setClash(null);
      notifications.show({ message: words.saved, color: "teal" });
      onSaved();
    },
    onSettled: () => Promise.all(touched.map((name) => queries.invalidateQueries({ queryKey: [name] }))),
  });
  const conflict: Conflict<Draft> | null = clash && {
    yours: clash.yours,
    theirs: clash.theirs.data,
    keepYours: () => mutation.mutate({ draft: clash.yours, etag: clash.theirs.etag }),
  };
  return {
    save: (draft: Draft, etag: string | null) => mutation.mutate({ draft, etag }),
    isSaving: mutation.isPending,
    failure: mutation.error,
    conflict,
    /** For a form that stays open when what is there now is to stay. */
    dropConflict: () => setClash(null),
  };
}

/** What is wrong with which field, by JSON pointer without its slash: `name`, `hours/monday/0/from`. */
export function useFieldErrors(failure: unknown): Readonly<Record<string, string>> {
  const { language } = useSpeech();
  if (!(failure instanceof Problem)) return {};
  const errors = failure.body.errors ?? [];
  return Object.fromEntries(errors.map(({ pointer, message }) => [pointer.slice(1), fieldMessage(message, language)]));
}

/** What somebody else has made meanwhile is a lost update too. @throws Problem 412 where the server says that it is there */
export async function orConflict<T>(creation: Promise<T>): Promise<T> {
  try {
    return await creation;
  } catch (error) {
    throw error instanceof Problem && error.code === "conflict" ? new Problem(412, error.body) : error;
  }
}
