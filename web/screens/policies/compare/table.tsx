import { Table, Text } from "@mantine/core";
import { IconEqual, IconEqualNot } from "@tabler/icons-react";
import { nameOf, type Places } from "../../../api/places.ts";
import type { Spot } from "../../../api/spots.ts";
import { LevelMark } from "../../../components/level.tsx";
import { useWords } from "../../../texts/both.ts";
import { useSpeech } from "../../../texts/language.tsx";
import { compareWords } from "../../../texts/policy-compare.ts";
import type { Effective } from "../data.ts";
import { useOrigin } from "../origin.ts";
import { wordsOf } from "../values.ts";
import { isDifferent } from "./sides.ts";

export interface Compared {
  readonly spot: Spot;
  readonly effective: Effective;
}

interface Props {
  readonly one: Compared;
  readonly other: Compared;
  readonly fields: readonly string[];
  readonly places: Places;
}

/** Field by field what applies at both places, and where it comes from. */
export function ComparisonTable({ one, other, fields, places }: Props) {
  const { texts } = useSpeech();
  const words = useWords(compareWords);
  const placeOf = useNameOfSpot(places);
  return (
    <div className="panel">
      <Table className="comparison" verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.field}</Table.Th>
            <Table.Th>{placeOf(one.spot)}</Table.Th>
            <Table.Th>{placeOf(other.spot)}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.map((field) => {
            const differs = isDifferent(one.effective, other.effective, field);
            return (
              <Table.Tr key={field} data-differs={differs}>
                <Table.Th scope="row" fw={400}>
                  {texts.fields[field] ?? field}
                  <span className={`comparison-mark ${differs ? "warning" : "quiet"}`}>
                    {differs ? <IconEqualNot size={16} aria-hidden /> : <IconEqual size={16} aria-hidden />}
                    {differs ? words.differs : words.same}
                  </span>
                </Table.Th>
                <Value of={one} field={field} places={places} name={placeOf(one.spot)} />
                <Value of={other} field={field} places={places} name={placeOf(other.spot)} />
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface ValueProps {
  readonly of: Compared;
  readonly field: string;
  readonly places: Places;
  /** Of the place, where the column's head is out of sight. */
  readonly name: string;
}

function Value({ of: { effective }, field, places, name }: ValueProps) {
  const { texts, format } = useSpeech();
  const origin = useOrigin(effective.chain, places);
  const level = effective.provenance[field]?.level ?? "system";
  return (
    <Table.Td>
      <Text size="xs" className="quiet comparison-place">
        {name}
      </Text>
      <Text size="sm" fw={600}>
        {wordsOf(field, effective.values[field], texts, format, places.company.currency)}
      </Text>
      <Text size="xs" className="quiet" component="div">
        <LevelMark level={level}>{origin(level)}</LevelMark>
      </Text>
    </Table.Td>
  );
}

/** Such as Anna Weber · Colouring. */
export function useNameOfSpot(places: Places): (spot: Spot) => string {
  return ({ branch, service, staff }) => {
    const names = [
      staff === undefined ? "" : nameOf(places, "staff", staff),
      service === undefined ? "" : nameOf(places, "service", service),
      branch === undefined ? "" : nameOf(places, "branch", branch),
    ].filter(Boolean);
    return names.length === 0 ? places.company.name : names.join(" · ");
  };
}
