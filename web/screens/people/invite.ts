import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { conflictInWords } from "../../components/in-words.ts";
import { useWords } from "../../texts/both.ts";
import { peopleWords } from "../../texts/people.ts";

/** Sends somebody the link to choose a first password. @param onLink gets it, where no mail is sent */
export function useInvite(onLink: (link: string) => void) {
  const words = useWords(peopleWords);
  return useMutation({
    mutationFn: (userId: number) => {
      const params = { path: { userId } };
      return conflictInWords(
        dataOf(api.PUT("/api/v1/users/{userId}/invitation", { params, body: {} })),
        words.hasPassword,
      );
    },
    onSuccess: ({ sentTo, link }) => {
      if (link !== null) onLink(new URL(link, window.location.origin).href);
      else notifications.show({ message: words.invitedTo(sentTo ?? ""), color: "teal" });
    },
    onError: () => notifications.show({ message: words.inviteFailed, color: "red", autoClose: 12_000 }),
  });
}
