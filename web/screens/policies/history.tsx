import { Modal, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { nameOf, type Places } from "../../api/places.ts";
import { Asked, Empty } from "../../components/states.tsx";
import { useSpeech } from "../../texts/language.tsx";
import type { Policy, Target } from "./data.ts";
import { wordsOf } from "./values.ts";

interface Props {
  readonly policy: Policy | undefined;
  readonly target: Target;
  readonly places: Places;
  onClose(): void;
}

export function History({ policy, target, places, onClose }: Props) {
  const { texts } = useSpeech();
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={texts.policies.historyOf(nameOf(places, target.level, target.id))}
      closeButtonProps={{ "aria-label": texts.app.close }}
    >
      {policy ? <Versions policyId={policy.id} places={places} /> : <Empty title={texts.policies.noHistory} />}
    </Modal>
  );
}

function Versions({ policyId, places }: { policyId: number; places: Places }) {
  const { texts, format } = useSpeech();
  const versions = useQuery({
    queryKey: ["versions", policyId],
    queryFn: () =>
      dataOf(api.GET("/api/v1/policies/{policyId}/versions", { params: { path: { policyId }, query: { limit: 50 } } })),
  });
  return (
    <Asked query={versions}>
      {({ items }) => (
        <ol className="timeline">
          {items.map(({ version, change, validFrom, config, comment }) => (
            <li key={version}>
              <Text size="sm" fw={600}>
                {texts.policies.version(version)} · {texts.policies.changes[change]}
              </Text>
              <Text size="xs" className="quiet">
                {format.moment(validFrom, places.company.timezone)}
                {comment !== null && ` · ${comment}`}
              </Text>
              <Text size="sm">
                {Object.entries(config)
                  .map(([field, value]) => {
                    const words = wordsOf(field, value, texts, format, places.company.currency);
                    return `${texts.fields[field] ?? field}: ${words}`;
                  })
                  .join(" · ")}
              </Text>
            </li>
          ))}
        </ol>
      )}
    </Asked>
  );
}
