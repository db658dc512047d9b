import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { useAct } from "../../components/act.tsx";
import { Confirm } from "../../components/confirm.tsx";
import { conflictInWords } from "../../components/in-words.ts";
import { useWords } from "../../texts/both.ts";
import { peopleWords } from "../../texts/people.ts";
import type { User } from "./data.ts";
import { useInvite } from "./invite.ts";

interface Props {
  readonly user: User;
  readonly etag: string | null;
  onLink(link: string): void;
  onGone(): void;
}

/** What is done about somebody's access, besides changing roles. */
export function PersonActions({ user: { id, name, status, hasTwoFactor }, etag, onLink, onGone }: Props) {
  const words = useWords(peopleWords);
  const [asked, setAsked] = useState<"lift" | "remove" | null>(null);
  const invite = useInvite(onLink);
  const path = { userId: id };
  const close = () => setAsked(null);
  const lift = useAct(async () => {
    await dataOf(api.DELETE("/api/v1/users/{userId}/two-factor", { params: { path } }));
    close();
    onGone();
    return words.lifted;
  }, ["users"]);
  const remove = useAct(async () => {
    close();
    const params = { path, header: { "If-Match": etag ?? "*" } };
    await conflictInWords(dataOf(api.DELETE("/api/v1/users/{userId}", { params })), words.lastAdmin);
    onGone();
    return words.removed;
  }, ["users"]);
  return (
    <Group gap="xs">
      {status === "invited" && (
        <Button size="xs" variant="default" loading={invite.isPending} onClick={() => invite.mutate(id)}>
          {words.inviteAgain}
        </Button>
      )}
      {hasTwoFactor && (
        <Button size="xs" variant="default" onClick={() => setAsked("lift")}>
          {words.lift}…
        </Button>
      )}
      <Button
        size="xs"
        variant="subtle"
        className="danger"
        loading={remove.isPending}
        onClick={() => setAsked("remove")}
      >
        {words.remove}…
      </Button>
      {asked === "lift" && (
        <Confirm
          title={words.liftTitle(name)}
          action={words.lift}
          isBusy={lift.isPending}
          onConfirm={() => lift.mutate(undefined)}
          onClose={close}
        >
          {words.liftText}
        </Confirm>
      )}
      {asked === "remove" && (
        <Confirm
          title={words.removeTitle(name)}
          action={words.remove}
          isBusy={remove.isPending}
          isDangerous
          onConfirm={() => remove.mutate(undefined)}
          onClose={close}
        >
          {words.removeText}
        </Confirm>
      )}
    </Group>
  );
}
