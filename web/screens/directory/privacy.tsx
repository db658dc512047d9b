import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { useMay } from "../../app/who.ts";
import { useAct } from "../../components/act.tsx";
import { Confirm } from "../../components/confirm.tsx";
import { DownloadButton } from "../../components/download.tsx";
import { useWords } from "../../texts/both.ts";
import { directoryWords } from "../../texts/directory.ts";

interface Props {
  readonly id: number;
  readonly name: string;
  onErased(): void;
}

/** What a person may ask for: all that is kept of them, and that it is kept no longer. */
export function Privacy({ id, name, onErased }: Props) {
  const words = useWords(directoryWords);
  const may = useMay();
  const [isAsked, setAsked] = useState(false);
  const params = { path: { customerId: id } };
  const erase = useAct(async () => {
    await dataOf(api.POST("/api/v1/customers/{customerId}/erasure", { params }));
    onErased();
    return words.erased;
  }, ["directory", "customers", "appointments", "callbacks"]);
  async function read(): Promise<Blob> {
    const kept = await dataOf(api.GET("/api/v1/customers/{customerId}/export", { params }));
    return new Blob([JSON.stringify(kept, null, 2)], { type: "application/json" });
  }
  return (
    <div className="panel reach">
      <Text size="sm" fw={600} mb="xs">
        {words.privacy}
      </Text>
      <Group gap="xs">
        {may("customers:export") && <DownloadButton format="JSON" fileName={`customer-${id}.json`} read={read} />}
        {may("customers:erase") && (
          <Button variant="default" size="sm" onClick={() => setAsked(true)}>
            {words.erase}
          </Button>
        )}
      </Group>
      {isAsked && (
        <Confirm
          title={words.eraseTitle(name)}
          action={words.eraseIt}
          isBusy={erase.isPending}
          isDangerous
          typed={{ label: words.eraseType(name), word: name }}
          onConfirm={() => erase.mutate(undefined)}
          onClose={() => setAsked(false)}
        >
          {words.eraseText}
        </Confirm>
      )}
    </div>
  );
}
