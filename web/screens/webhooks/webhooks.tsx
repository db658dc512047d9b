import { Button, Group, SegmentedControl } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { webhookTabs } from "../../app/choices.ts";
import { useSecret } from "../../components/secret.tsx";
import { PartHead } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { webhookWords } from "../../texts/webhooks.ts";
import { route } from "./data.ts";
import { Deliveries } from "./deliveries.tsx";
import { EndpointForm } from "./endpoint-form.tsx";
import { Endpoints } from "./endpoints.tsx";

export function Webhooks() {
  const words = useWords(webhookWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tab = search.tab ?? "endpoints";
  const { showSecret, secretDialog } = useSecret(words);
  const endpoints = useQuery({
    queryKey: ["webhookEndpoints"],
    queryFn: () => dataOf(api.GET("/api/v1/webhook-endpoints")),
  });
  const edit = (id: string | undefined) => void navigate({ search: { ...search, edit: id } });
  return (
    <>
      <PartHead title={words.title} intro={words.intro}>
        <Group gap="sm">
          <SegmentedControl
            aria-label={words.title}
            value={tab}
            onChange={(value) => void navigate({ search: { tab: webhookTabs.find((known) => known === value) } })}
            data={webhookTabs.map((value) => ({ value, label: words.tabs[value] }))}
          />
          {tab === "endpoints" && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => edit("new")}>
              {words.add}
            </Button>
          )}
        </Group>
      </PartHead>
      {tab === "endpoints" ? (
        <Endpoints endpoints={endpoints} onEdit={edit} onSecret={showSecret} />
      ) : (
        <Deliveries endpoints={endpoints.data?.items ?? []} />
      )}
      {search.edit !== undefined && (
        <EndpointForm key={search.edit} id={search.edit} onClose={() => edit(undefined)} onSecret={showSecret} />
      )}
      {secretDialog}
    </>
  );
}
