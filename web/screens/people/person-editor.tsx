import { Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Versioned, versionOf } from "../../api/client.ts";
import type { Places } from "../../api/places.ts";
import { ConflictDialog } from "../../components/conflict.tsx";
import { Editor } from "../../components/editor.tsx";
import { conflictInWords } from "../../components/in-words.ts";
import { useOnce } from "../../components/once.ts";
import { Asked } from "../../components/states.tsx";
import { useFieldErrors, useSave } from "../../components/use-save.ts";
import { useWords } from "../../texts/both.ts";
import { peopleWords } from "../../texts/people.ts";
import { type Grant, readUser, type User, useGrantWords } from "./data.ts";
import { GrantsInput } from "./grants-input.tsx";
import { useInvite } from "./invite.ts";
import { PersonActions } from "./person-actions.tsx";

interface Draft {
  readonly name: string;
  readonly email: string;
  readonly grants: readonly Grant[];
}

interface Props {
  /** `new` for somebody who is invited. */
  readonly id: string;
  readonly places: Places;
  onClose(): void;
  /** To be handed over, where no mail is sent. */
  onLink(link: string): void;
}

export function PersonEditor({ id, ...rest }: Props) {
  const there = useQuery({
    queryKey: ["users", "one", id],
    enabled: id !== "new",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: () => readUser(Number(id)),
  });
  if (id === "new")
    return (
      <Form
        {...rest}
        user={null}
        etag={null}
        start={{
          name: "",
          email: "",
          grants: [{ role: "receptionist", branchId: rest.places.branches[0]?.id ?? null, staffId: null }],
        }}
      />
    );
  return (
    <Asked query={there}>{({ data, etag }) => <Form {...rest} user={data} etag={etag} start={draftOf(data)} />}</Asked>
  );
}

const draftOf = ({ name, email, grants }: User): Draft => ({ name, email, grants });

interface FormProps extends Omit<Props, "id"> {
  /** Null for somebody who is invited now. */
  readonly user: User | null;
  readonly etag: string | null;
  readonly start: Draft;
}

function Form({ user, etag: givenEtag, start: given, places, onClose, onLink }: FormProps) {
  const words = useWords(peopleWords);
  const say = useGrantWords(places);
  const [start] = useState(given);
  const [etag] = useState(givenEtag);
  const [draft, setDraft] = useState(start);
  const once = useOnce();
  const invite = useInvite(onLink);
  const saving = useSave<Draft>({
    async write(wished, version) {
      if (user !== null) return change(user.id, wished, start, version ?? "*", words.lastAdmin);
      const body = { ...wished, grants: [...wished.grants], email: wished.email.trim() };
      const asked = dataOf(api.POST("/api/v1/users", { params: { header: once(body) }, body }));
      const { id } = await conflictInWords(asked, words.emailTaken);
      return invite.mutate(id);
    },
    async reread() {
      const { data, etag } = await readUser(user?.id ?? 0);
      return { data: draftOf(data), etag };
    },
    touched: ["users"],
    onSaved: onClose,
  });
  const errors = useFieldErrors(saving.failure);
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  return (
    <Editor
      title={user === null ? words.invite : start.name}
      size="lg"
      {...(user === null && { action: words.sendInvitation })}
      isSaving={saving.isSaving}
      failure={saving.failure}
      onSave={() => saving.save(draft, etag)}
      onClose={onClose}
    >
      <TextInput
        label={words.name}
        value={draft.name}
        error={errors.name}
        maxLength={255}
        required
        data-autofocus
        onChange={({ currentTarget: { value } }) => set({ name: value })}
      />
      {user === null ? (
        <TextInput
          type="email"
          label={words.email}
          description={words.emailHelp}
          value={draft.email}
          error={errors.email}
          maxLength={255}
          autoComplete="off"
          required
          onChange={({ currentTarget: { value } }) => set({ email: value })}
        />
      ) : (
        <Text size="sm" className="quiet address">
          {start.email} · {words.states[user.status]}
        </Text>
      )}
      <section>
        <Title order={3} mb="xs">
          {words.roles}
        </Title>
        <GrantsInput value={draft.grants} errors={errors} places={places} onChange={(grants) => set({ grants })} />
      </section>
      {user !== null && <PersonActions user={user} etag={etag} onLink={onLink} onGone={onClose} />}
      <ConflictDialog
        conflict={saving.conflict}
        isSaving={saving.isSaving}
        describe={({ name, grants }) => [
          [words.name, name],
          [words.roles, grants.map(say).join("; ")],
        ]}
        onYield={onClose}
      />
    </Editor>
  );
}

/** Only what was changed here is sent: the name and the roles are two things, each over the version that was seen. */
async function change(userId: number, wished: Draft, before: Draft, etag: string, lastAdmin: string): Promise<void> {
  let version: Versioned<unknown> = { data: null, etag };
  const params = () => ({ path: { userId }, header: { "If-Match": version.etag } });
  if (wished.name !== before.name) {
    const body = { name: wished.name };
    version = await versionOf(api.PATCH("/api/v1/users/{userId}", { params: params(), body }));
  }
  if (JSON.stringify(wished.grants) === JSON.stringify(before.grants)) return;
  const body = { grants: [...wished.grants] };
  await conflictInWords(dataOf(api.PUT("/api/v1/users/{userId}/grants", { params: params(), body })), lastAdmin);
}
