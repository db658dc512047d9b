import { Button, Group, Stack, Switch, Text, Title } from "@mantine/core";
import { IconArrowLeft, IconArrowsExchange } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import type { Places } from "../../../api/places.ts";
import type { PolicyType } from "../../../app/choices.ts";
import { Asked, Empty } from "../../../components/states.tsx";
import { useWords } from "../../../texts/both.ts";
import { compareWords } from "../../../texts/policy-compare.ts";
import { useEffective } from "../data.ts";
import { Side } from "./side.tsx";
import { isDifferent, type Sides } from "./sides.ts";
import { ComparisonTable } from "./table.tsx";

interface Props {
  readonly type: PolicyType;
  readonly sides: Sides;
  readonly onlyDifferences: boolean;
  readonly places: Places;
  onSides(sides: Sides): void;
  onOnlyDifferences(isOn: boolean): void;
  onClose(): void;
}

/** Two places side by side: what applies at each, and from where. */
export function Compare({ type, sides, onlyDifferences, places, onSides, onOnlyDifferences, onClose }: Props) {
  const words = useWords(compareWords);
  const { one, other } = sides;
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that led here is gone.
  useEffect(() => heading.current?.focus(), []);
  const ofOne = useEffective(type, one);
  const ofOther = useEffective(type, other);
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={2} ref={heading} tabIndex={-1} className="step-heading">
          {words.title}
        </Title>
        <Button variant="default" size="sm" leftSection={<IconArrowLeft size={16} aria-hidden />} onClick={onClose}>
          {words.close}
        </Button>
      </Group>
      <div className="sides">
        <Side title={words.one} spot={one} places={places} onChange={(spot) => onSides({ one: spot, other })} />
        <Button
          variant="default"
          size="sm"
          leftSection={<IconArrowsExchange size={16} aria-hidden />}
          onClick={() => onSides({ one: other, other: one })}
        >
          {words.swap}
        </Button>
        <Side title={words.other} spot={other} places={places} onChange={(spot) => onSides({ one, other: spot })} />
      </div>
      <Asked query={ofOne}>
        {(first) => (
          <Asked query={ofOther}>
            {(second) => {
              const fields = Object.keys(first.provenance);
              const different = fields.filter((field) => isDifferent(first, second, field));
              return (
                <>
                  <Group justify="space-between">
                    <Text size="sm" role="status">
                      {words.summary(different.length, fields.length)}
                    </Text>
                    <Switch
                      label={words.onlyDifferences}
                      checked={onlyDifferences}
                      onChange={({ currentTarget }) => onOnlyDifferences(currentTarget.checked)}
                    />
                  </Group>
                  {onlyDifferences && different.length === 0 ? (
                    <Empty title={words.nothingDiffers} hint={words.nothingDiffersHint} />
                  ) : (
                    <ComparisonTable
                      one={{ spot: one, effective: first }}
                      other={{ spot: other, effective: second }}
                      fields={onlyDifferences ? different : fields}
                      places={places}
                    />
                  )}
                </>
              );
            }}
          </Asked>
        )}
      </Asked>
    </Stack>
  );
}
