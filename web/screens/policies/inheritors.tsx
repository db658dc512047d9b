import { List, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { nameOf, type Places } from "../../api/places.ts";
import type { Target } from "../../api/spots.ts";
import type { PolicyType } from "../../app/choices.ts";
import { Dialog } from "../../components/layer.tsx";
import { LevelMark } from "../../components/level.tsx";
import { Asked } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { compareWords } from "../../texts/policy-compare.ts";
import type { Effective } from "./data.ts";
import { wordsOf } from "./values.ts";

type Node = Schemas["EffectivePolicyTree"]["nodes"][number];

interface Props {
  readonly type: PolicyType;
  readonly field: string;
  readonly effective: Effective;
  readonly target: Target;
  readonly places: Places;
  onClose(): void;
}

/** Who takes a value from the same place as the one that is looked at, and who has their own. */
export function Inheritors({ type, field, effective, target, places, onClose }: Props) {
  const { texts, format } = useSpeech();
  const words = useWords(compareWords);
  const level = effective.provenance[field]?.level ?? "system";
  const root = originOf(effective, level, places);
  const query = { policyType: type, level: root.level, targetId: root.id };
  const tree = useQuery({
    queryKey: ["effective", "tree", query],
    queryFn: () => dataOf(api.GET("/api/v1/policies/effective-tree", { params: { query } })),
  });
  const inWords = (value: unknown) => wordsOf(field, value, texts, format, places.company.currency);
  const from = level === "system" ? texts.policies.fromSystem : nameOf(places, root.level, root.id);
  return (
    <Dialog onClose={onClose} title={words.whoInherits(texts.fields[field] ?? field)}>
      <Stack gap="md">
        <Text size="sm">{words.valueFrom(inWords(effective.values[field]), from)}</Text>
        <Asked query={tree}>
          {({ nodes }) => {
            const isSelf = (node: Node) => node.level === target.level && node.id === target.id;
            const isSame = (node: Node) => node.provenance[field]?.level === level;
            const own = nodes.filter((node) => !isSame(node));
            const same = nodes.filter((node) => isSame(node) && !isSelf(node) && node.level !== level);
            return (
              <>
                <Section title={words.inherit} nodes={same} none={words.nobodyInherits} />
                {own.length > 0 && (
                  <Section title={words.ownValue} nodes={own} valueIn={(node) => inWords(node.values[field])} />
                )}
                {root.level === "service" && (
                  <Text size="sm" className="quiet">
                    {words.serviceHint}
                  </Text>
                )}
              </>
            );
          }}
        </Asked>
      </Stack>
    </Dialog>
  );
}

/** Where all stand who could take the value from there. */
function originOf({ chain }: Effective, level: string, places: Places): Target {
  const place = chain.find((each) => each.level === level);
  return place ?? { level: "company", id: String(places.company.id) };
}

interface SectionProps {
  readonly title: string;
  readonly nodes: readonly Node[];
  readonly none?: string;
  valueIn?(node: Node): string;
}

function Section({ title, nodes, none, valueIn }: SectionProps) {
  return (
    <section>
      <Title order={3} mb="xs">
        {title}
      </Title>
      {nodes.length === 0 && <Text size="sm">{none}</Text>}
      <List listStyleType="none" spacing={4} size="sm">
        {nodes.map((node) => (
          <List.Item key={`${node.level} ${node.id}`}>
            <LevelMark level={node.level}>
              {node.name}
              {valueIn && `: ${valueIn(node)}`}
            </LevelMark>
          </List.Item>
        ))}
      </List>
    </section>
  );
}
