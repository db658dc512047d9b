import { Select, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { nameOf, type Places } from "../../api/places.ts";
import { placeOf, type Spot, targetOf } from "../../api/spots.ts";
import type { PolicyType } from "../../app/choices.ts";
import { useMay } from "../../app/who.ts";
import { useAct } from "../../components/act.tsx";
import { LevelMark } from "../../components/level.tsx";
import { Asked } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { shared } from "../../texts/shared.ts";
import { type Policy, policyAt, useEffective } from "./data.ts";
import { Edit } from "./edit.tsx";
import { Fields } from "./fields.tsx";
import { History } from "./history.tsx";
import { Inheritors } from "./inheritors.tsx";
import { WhatIf } from "./what-if.tsx";
import { Invitation } from "./wizard/invitation.tsx";

interface PlaceProps {
  readonly type: PolicyType;
  readonly spot: Spot;
  readonly places: Places;
  readonly policies: readonly Policy[];
  onPick(spot: Spot): void;
  onSetUp(): void;
}

/** What applies at one place, field by field, and what may be done about it. */
export function Place({ type, spot, places, policies, onPick, onSetUp }: PlaceProps) {
  const { texts } = useSpeech();
  const { lookOnly } = useWords(shared);
  const [doing, setDoing] = useState<{ what: "edit" | "inheritors"; field: string } | { what: "history" } | null>(null);
  const effective = useEffective(type, spot);
  const target = targetOf(spot, places.company.id);
  const policy = policyAt(policies, target);
  const mayWrite = useMay()("policies:write", placeOf(target, places));
  const reset = useAct(
    async (field: string) => {
      if (policy === undefined) return undefined;
      const path = { policyId: policy.id, field };
      await dataOf(
        api.DELETE("/api/v1/policies/{policyId}/fields/{field}", {
          params: { path, header: { "If-Match": `"${policy.version}"` } },
        }),
      );
      return texts.policies.wasReset;
    },
    ["policies", "effective", "versions"],
  );
  const close = () => setDoing(null);
  return (
    <Stack gap="md" className="place">
      <div className="place-head">
        <Title order={2}>{texts.policies.appliesTo(nameOf(places, target.level, target.id))}</Title>
        <Text size="sm" className="quiet" component="div">
          <LevelMark level={target.level}>{texts.levels[target.level]}</LevelMark>
        </Text>
      </div>
      <Context spot={spot} places={places} onPick={onPick} />
      {!mayWrite && (
        <Text size="sm" className="quiet">
          {lookOnly}
        </Text>
      )}
      {policy === undefined && mayWrite && (
        <Invitation place={nameOf(places, target.level, target.id)} isFirst={policies.length === 0} onStart={onSetUp} />
      )}
      {policy?.isOverride === false && <Text size="sm">{texts.policies.alone}</Text>}
      <Asked query={effective}>
        {(known) => (
          <>
            <Fields
              effective={known}
              places={places}
              target={target}
              mayWrite={mayWrite}
              onEdit={(field) => setDoing({ what: "edit", field })}
              onReset={(field) => reset.mutate(field)}
              onInheritors={(field) => setDoing({ what: "inheritors", field })}
              onHistory={() => setDoing({ what: "history" })}
            />
            {doing?.what === "edit" && (
              <Edit
                type={type}
                field={doing.field}
                value={known.values[doing.field]}
                target={target}
                places={places}
                policies={policies}
                onClose={close}
              />
            )}
            {doing?.what === "inheritors" && (
              <Inheritors
                type={type}
                field={doing.field}
                effective={known}
                target={target}
                places={places}
                onClose={close}
              />
            )}
          </>
        )}
      </Asked>
      {doing?.what === "history" && (
        <History policy={policy} target={target} places={places} mayWrite={mayWrite} onClose={close} />
      )}
      {type !== "recurring" && (
        <WhatIf
          key={JSON.stringify([type, spot])}
          places={places}
          spot={spot}
          policyType={type === "cancellation" ? "cancel" : "reschedule"}
        />
      )}
    </Stack>
  );
}

/** A staff member's or a branch's rules differ by service: it is chosen here, and a change is still made for the place. */
function Context({ spot, places, onPick }: Pick<PlaceProps, "spot" | "places" | "onPick">) {
  const { texts } = useSpeech();
  if (spot.staff === undefined) return null;
  const services = places.services.filter(({ branchId }) => branchId === null || branchId === spot.branch);
  return (
    <Select
      label={texts.policies.forService}
      placeholder={texts.policies.anyService}
      data={services.map(({ id, name }) => ({ value: String(id), label: name }))}
      value={spot.service ?? null}
      onChange={(service) => onPick({ ...spot, service: service ?? undefined })}
      clearable
      maw={320}
      clearButtonProps={{ "aria-label": texts.policies.anyService }}
    />
  );
}
