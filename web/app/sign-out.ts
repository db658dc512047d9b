import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "../api/client.ts";
import { useWords } from "../texts/both.ts";
import { entryWords } from "../texts/entry.ts";
import { leave } from "./session.ts";

/** Ends the session on the server first: who could not be signed out there is told so, and is not. */
export function useSignOut(way: "password" | "key"): () => void {
  const words = useWords(entryWords);
  const queries = useQueryClient();
  const leaving = useMutation({
    mutationFn: async () => {
      if (way === "password") await dataOf(api.DELETE("/api/v1/session"));
    },
    onError: () => notifications.show({ message: words.notSignedOut, color: "red", autoClose: 8000 }),
    onSuccess: () => {
      leave();
      queries.clear();
    },
  });
  return () => leaving.mutate();
}
