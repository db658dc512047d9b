import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { nameOf, type Places } from "../../api/places.ts";
import type { PolicyType } from "../../app/choices.ts";
import { useMay } from "../../app/who.ts";
import { useAct } from "../../components/act.tsx";
import { useSpeech } from "../../texts/language.tsx";
import { ownersBelow, type Policy, policyAt, type Target } from "./data.ts";
import { ValueInput } from "./value-input.tsx";
import { wordsOf } from "./values.ts";

interface Props {
  readonly type: PolicyType;
  readonly field: string;
  readonly value: unknown;
  readonly target: Target;
  readonly places: Places;
  readonly policies: readonly Policy[];
  onClose(): void;
}

/** Sets a field for one place, and says before saving whom that reaches and whom it does not. */
export function Edit({ type, field, value: before, target, places, policies, onClose }: Props) {
  const { texts, format } = useSpeech();
  const [value, setValue] = useState(before);
  const [comment, setComment] = useState("");
  const policy = policyAt(policies, target);
  const save = useAct(async () => {
    await saveField({ type, target, policy, config: { [field]: value }, comment: comment.trim() || null });
    onClose();
    return texts.policies.saved;
  }, ["policies", "effective", "versions"]);
  const place = nameOf(places, target.level, target.id);

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined);
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={texts.policies.editTitle(texts.fields[field] ?? field, place)}
      closeButtonProps={{ "aria-label": texts.app.close }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm" className="quiet">
            {texts.policies.before}: {wordsOf(field, before, texts, format, places.company.currency)}
          </Text>
          <ValueInput field={field} value={value} currency={places.company.currency} onChange={setValue} />
          <Reach target={target} field={field} places={places} policies={policies} />
          <TextInput
            label={texts.policies.comment}
            value={comment}
            maxLength={2000}
            onChange={(event) => setComment(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.app.cancel}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {texts.app.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Reach({ target, field, places, policies }: Pick<Props, "target" | "field" | "places" | "policies">) {
  const { texts } = useSpeech();
  const may = useMay();
  const settings = useQuery({
    queryKey: ["settings"],
    queryFn: () => dataOf(api.GET("/api/v1/settings")),
    enabled: may("settings:read"),
  });
  const owners = ownersBelow(policies, places, target, field);
  return (
    <div className="panel reach">
      <Text size="sm">
        <strong>{texts.policies.reaches}: </strong>
        {target.level === "staff"
          ? texts.policies.onlyHere
          : `${nameOf(places, target.level, target.id)}, ${texts.policies.everythingBelow}`}
      </Text>
      {owners.length > 0 && (
        <Text size="sm">
          <strong>{texts.policies.notReached}: </strong>
          {owners.map(({ level, targetId }) => nameOf(places, level, targetId)).join(", ")}
        </Text>
      )}
      {settings.data && (
        <Text size="sm" className="quiet">
          {texts.policies.bookings[settings.data.policyBasis]}
        </Text>
      )}
    </div>
  );
}

interface Saving {
  readonly type: PolicyType;
  readonly target: Target;
  readonly policy: Policy | undefined;
  readonly config: Record<string, unknown>;
  readonly comment: string | null;
}

/** The version that was read goes along: a change that somebody made meanwhile is not overwritten. */
async function saveField({ type, target, policy, config, comment }: Saving): Promise<void> {
  if (policy === undefined) {
    const body = { policyType: type, level: target.level, targetId: target.id, config, comment };
    await dataOf(api.POST("/api/v1/policies", { body }));
    return;
  }
  await dataOf(
    api.PATCH("/api/v1/policies/{policyId}", {
      params: { path: { policyId: policy.id }, header: { "If-Match": `"${policy.version}"` } },
      body: { config, comment },
    }),
  );
}
