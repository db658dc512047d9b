import { Button, Group, Modal, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { nameOf, type Places } from "../../api/places.ts";
import type { Target } from "../../api/spots.ts";
import { useAct } from "../../components/act.tsx";
import { Asked, Empty } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { historyWords } from "../../texts/policy-history.ts";
import type { Policy } from "./data.ts";
import { wordsOf } from "./values.ts";

interface Props {
  readonly policy: Policy | undefined;
  readonly target: Target;
  readonly places: Places;
  readonly mayWrite: boolean;
  onClose(): void;
}

export function History({ policy, target, places, mayWrite, onClose }: Props) {
  const { texts } = useSpeech();
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={texts.policies.historyOf(nameOf(places, target.level, target.id))}
      closeButtonProps={{ "aria-label": texts.app.close }}
    >
      {policy ? (
        <Versions policy={policy} places={places} mayWrite={mayWrite} />
      ) : (
        <Empty title={texts.policies.noHistory} />
      )}
    </Modal>
  );
}

function Versions({ policy, places, mayWrite }: { policy: Policy; places: Places; mayWrite: boolean }) {
  const { texts, format } = useSpeech();
  const words = useWords(historyWords);
  const versions = useQuery({
    queryKey: ["versions", policy.id],
    queryFn: () =>
      dataOf(
        api.GET("/api/v1/policies/{policyId}/versions", {
          params: { path: { policyId: policy.id }, query: { limit: 50 } },
        }),
      ),
  });
  const revert = useAct(
    async (version: number) => {
      const params = { path: { policyId: policy.id }, header: { "If-Match": `"${policy.version}"` } };
      const body = { version, comment: words.revertedTo(version) };
      await dataOf(api.POST("/api/v1/policies/{policyId}/reversion", { params, body }));
      return words.reverted(version);
    },
    ["policies", "effective", "versions"],
  );
  const inWords = (field: string, config: Config) =>
    Object.hasOwn(config, field)
      ? wordsOf(field, config[field], texts, format, places.company.currency)
      : words.inherited;
  return (
    <Asked query={versions}>
      {({ items }) => (
        <ol className="timeline">
          {items.map(({ version, change, validFrom, config, isOverride, comment }, index) => {
            const before = items[index + 1]?.config;
            return (
              <li key={version}>
                <Group justify="space-between" align="start" wrap="nowrap">
                  <div>
                    <Text size="sm" fw={600}>
                      {texts.policies.version(version)} · {texts.policies.changes[change]}
                    </Text>
                    <Text size="xs" className="quiet">
                      {format.moment(validFrom, places.company.timezone)}
                      {comment !== null && ` · ${comment}`}
                    </Text>
                  </div>
                  {mayWrite && index > 0 && change !== "delete" && (
                    <Button
                      size="compact-sm"
                      variant="default"
                      loading={revert.isPending && revert.variables === version}
                      disabled={revert.isPending || (isSame(config, policy.config) && isOverride === policy.isOverride)}
                      onClick={() => revert.mutate(version)}
                      aria-label={words.goBackTo(version)}
                    >
                      {words.goBack}
                    </Button>
                  )}
                </Group>
                {changed(config, before ?? {}).map((field) => (
                  <Text size="sm" key={field}>
                    {texts.fields[field] ?? field}:{" "}
                    {before !== undefined && (
                      <>
                        <s className="quiet">{inWords(field, before)}</s> →{" "}
                      </>
                    )}
                    {inWords(field, config)}
                  </Text>
                ))}
              </li>
            );
          })}
        </ol>
      )}
    </Asked>
  );
}

type Config = Readonly<Record<string, unknown>>;

/** The fields in which two versions differ. */
function changed(one: Config, other: Config): string[] {
  const fields = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return fields.filter((field) => JSON.stringify(one[field]) !== JSON.stringify(other[field]));
}

function isSame(one: Config, other: Config): boolean {
  return changed(one, other).length === 0;
}
