import { Button, NumberInput, Radio, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { api, dataOf, type Schemas, versionOf } from "../../api/client.ts";
import { ConflictDialog } from "../../components/conflict.tsx";
import { Editor } from "../../components/editor.tsx";
import { Facts } from "../../components/facts.tsx";
import { useFieldErrors, useSave } from "../../components/use-save.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { ownershipWords } from "../../texts/ownership.ts";
import { shared } from "../../texts/shared.ts";

type Draft = Pick<Schemas["Settings"], "appointmentOwner" | "reservationMinutes">;

/** Whether appointments are changed here or by the company's own platform, and how long a change is reserved for it. */
export function Ownership({ settings }: { settings: Schemas["Settings"] }) {
  const { format } = useSpeech();
  const words = useWords(ownershipWords);
  const { edit } = useWords(shared);
  const [isOpen, setOpen] = useState(false);
  const { appointmentOwner, reservationMinutes } = settings;
  return (
    <section className="panel card" aria-labelledby="ownership">
      <div className="head card-head">
        <Title order={2} id="ownership">
          {words.title}
        </Title>
        <Button size="xs" variant="default" aria-label={`${edit}: ${words.title}`} onClick={() => setOpen(true)}>
          {edit}
        </Button>
      </div>
      <Facts
        of={[
          [words.owner, words.owners[appointmentOwner]],
          [words.minutes, appointmentOwner === "host" && format.span(reservationMinutes * 60_000)],
        ]}
      />
      <Text size="sm" className="quiet" mt="xs">
        {words.ownerHelp[appointmentOwner]}
      </Text>
      {isOpen && <OwnershipEditor settings={settings} onClose={() => setOpen(false)} />}
    </section>
  );
}

const draftOf = ({ appointmentOwner, reservationMinutes }: Draft): Draft => ({ appointmentOwner, reservationMinutes });

function OwnershipEditor({ settings, onClose }: { settings: Schemas["Settings"]; onClose(): void }) {
  const { format } = useSpeech();
  const words = useWords(ownershipWords);
  const [before] = useState(settings);
  const [draft, setDraft] = useState(draftOf(settings));
  const saving = useSave<Draft>({
    write: (body, etag) =>
      dataOf(api.PATCH("/api/v1/settings", { params: { header: { "If-Match": etag ?? "*" } }, body })),
    async reread() {
      const { data, etag } = await versionOf(api.GET("/api/v1/settings"));
      return { data: draftOf(data), etag };
    },
    touched: ["settings", "reservations"],
    onSaved: onClose,
  });
  const errors = useFieldErrors(saving.failure);
  return (
    <Editor
      title={words.edit}
      isSaving={saving.isSaving}
      failure={saving.failure}
      onSave={() => saving.save(draft, `"${before.version}"`)}
      onClose={onClose}
    >
      <Radio.Group
        label={words.owner}
        value={draft.appointmentOwner}
        onChange={(value) => setDraft({ ...draft, appointmentOwner: value === "host" ? "host" : "frontdesk" })}
      >
        <Stack gap="sm" mt="xs">
          {(["frontdesk", "host"] as const).map((value) => (
            <Radio key={value} value={value} label={words.owners[value]} description={words.ownerHelp[value]} />
          ))}
        </Stack>
      </Radio.Group>
      {draft.appointmentOwner === "host" && (
        <>
          <NumberInput
            label={words.minutes}
            description={words.minutesHelp}
            value={draft.reservationMinutes}
            min={1}
            max={1440}
            allowDecimal={false}
            required
            error={errors.reservationMinutes}
            onChange={(entered) => setDraft({ ...draft, reservationMinutes: Number(entered) })}
          />
          {before.appointmentOwner === "frontdesk" && (
            <Text size="sm" className="warning">
              {words.careful}
            </Text>
          )}
        </>
      )}
      <ConflictDialog
        conflict={saving.conflict}
        isSaving={saving.isSaving}
        describe={({ appointmentOwner, reservationMinutes }) => [
          [words.owner, words.owners[appointmentOwner]],
          [words.minutes, format.span(reservationMinutes * 60_000)],
        ]}
        onYield={onClose}
      />
    </Editor>
  );
}
