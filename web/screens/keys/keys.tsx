import { Button, Code, Table, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { usePlaces } from "../../api/places.ts";
import { useMay } from "../../app/who.ts";
import { useAct } from "../../components/act.tsx";
import { Confirm } from "../../components/confirm.tsx";
import { useSecret } from "../../components/secret.tsx";
import { Asked, Empty, PartHead } from "../../components/states.tsx";
import { Titles } from "../../components/table.tsx";
import { useWords } from "../../texts/both.ts";
import { keyWords } from "../../texts/keys.ts";
import { useSpeech } from "../../texts/language.tsx";
import { permissionGroups, permissionWords } from "../../texts/permissions.ts";
import { KeyForm } from "./key-form.tsx";

const permissionCount = permissionGroups.flatMap(([, all]) => all).length;
type ApiKey = Schemas["ApiKey"];
const route = getRouteApi("/settings/keys");

/** The company's keys for machines, those that are over too. */
export function Keys() {
  const words = useWords(keyWords);
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const mayWrite = useMay()("keys:write");
  const { showSecret, secretDialog } = useSecret(words);
  const list = useQuery({ queryKey: ["apiKeys"], queryFn: () => dataOf(api.GET("/api/v1/api-keys")) });
  const show = (id: string | undefined) => void navigate({ search: { open: id } });
  return (
    <>
      <PartHead title={words.title} intro={words.intro}>
        {mayWrite && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => show("new")}>
            {words.add}
          </Button>
        )}
      </PartHead>
      <Asked query={list}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={words.empty} hint={words.emptyHint} />
          ) : (
            <List items={items.toReversed()} mayWrite={mayWrite} />
          )
        }
      </Asked>
      {open === "new" && mayWrite && <KeyForm onClose={() => show(undefined)} onSecret={showSecret} />}
      {secretDialog}
    </>
  );
}

function List({ items, mayWrite }: { items: readonly ApiKey[]; mayWrite: boolean }) {
  const words = useWords(keyWords);
  return (
    <div className="panel scroll">
      <Table verticalSpacing="sm" className="stacking keys">
        <Titles of={[words.name, words.scopes, words.used, words.state]}>
          <Table.Th>
            <span className="away">{words.revoke}</span>
          </Table.Th>
        </Titles>
        <Table.Tbody>
          {items.map((key) => (
            <Row key={key.id} apiKey={key} mayWrite={mayWrite} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Row({ apiKey, mayWrite }: { apiKey: ApiKey; mayWrite: boolean }) {
  const { format } = useSpeech();
  const words = useWords(keyWords);
  const names = useWords(permissionWords).of as Readonly<Record<string, string | undefined>>;
  const zone = usePlaces().data?.company.timezone;
  const { name, prefix, scopes, lastUsedAt, revokedAt } = apiKey;
  const state = stateOf(apiKey, Date.now());
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600} className="address">
          {name}
        </Text>
        <Text size="xs" className="quiet">
          {words.begins} <Code>{prefix}</Code>
        </Text>
      </Table.Td>
      <Table.Td>
        <details>
          <summary>{scopes.length === permissionCount ? words.everything : words.count(scopes.length)}</summary>
          {scopes.map((scope) => (
            <Text key={scope} size="xs" className="quiet">
              {names[scope] ?? scope}
            </Text>
          ))}
        </details>
      </Table.Td>
      <Table.Td>
        <Text size="sm" className="quiet">
          <span className="narrow">{words.used}: </span>
          {lastUsedAt === null ? words.never : format.moment(lastUsedAt, zone)}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm" className={state.isOver ? "quiet" : "good"}>
          <span aria-hidden>●</span> {state.at === null ? words[state.word] : words[state.word](format.day(state.at))}
        </Text>
      </Table.Td>
      <Table.Td className="number">{mayWrite && revokedAt === null && <Revoke apiKey={apiKey} />}</Table.Td>
    </Table.Tr>
  );
}

function stateOf({ expiresAt, revokedAt }: ApiKey, now: number) {
  if (revokedAt !== null) return { word: "revoked", at: revokedAt, isOver: true } as const;
  if (expiresAt === null) return { word: "active", at: null, isOver: false } as const;
  const isOver = Date.parse(expiresAt) <= now;
  return { word: isOver ? "over" : "until", at: expiresAt, isOver } as const;
}

function Revoke({ apiKey: { id, name } }: { apiKey: ApiKey }) {
  const words = useWords(keyWords);
  const [isAsked, setAsked] = useState(false);
  const revoke = useAct(async () => {
    await dataOf(api.DELETE("/api/v1/api-keys/{apiKeyId}", { params: { path: { apiKeyId: id } } }));
    setAsked(false);
    return words.wasRevoked;
  }, ["apiKeys"]);
  return (
    <>
      <Button size="xs" variant="default" aria-label={`${words.revoke}: ${name}`} onClick={() => setAsked(true)}>
        {words.revoke}
      </Button>
      {isAsked && (
        <Confirm
          title={words.revokeTitle(name)}
          action={words.revoke}
          isBusy={revoke.isPending}
          isDangerous
          onConfirm={() => revoke.mutate(undefined)}
          onClose={() => setAsked(false)}
        >
          {words.revokeText}
        </Confirm>
      )}
    </>
  );
}
