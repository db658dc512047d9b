import { Text } from "@mantine/core";
import { nameOf, type Places } from "../../api/places.ts";
import { useSettings } from "../../api/settings.ts";
import type { Target } from "../../api/spots.ts";
import { useSpeech } from "../../texts/language.tsx";
import { ownersBelow, type Policy } from "./data.ts";

interface Props {
  readonly target: Target;
  readonly fields: readonly string[];
  readonly places: Places;
  readonly policies: readonly Policy[];
}

/** Whom a change of these fields reaches, whom it does not, and what becomes of bookings already made. */
export function Reach({ target, fields, places, policies }: Props) {
  const { texts } = useSpeech();
  const settings = useSettings();
  const owners = new Set(fields.flatMap((field) => ownersBelow(policies, places, target, field)));
  return (
    <div className="panel reach">
      <Text size="sm">
        <strong>{texts.policies.reaches}: </strong>
        {target.level === "staff"
          ? texts.policies.onlyHere
          : `${nameOf(places, target.level, target.id)}, ${texts.policies.everythingBelow}`}
      </Text>
      {owners.size > 0 && (
        <Text size="sm">
          <strong>{texts.policies.notReached}: </strong>
          {[...owners].map(({ level, targetId }) => nameOf(places, level, targetId)).join(", ")}
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
