import { Button, Table, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { api, dataOf } from "../../api/client.ts";
import { type Places, usePlaces } from "../../api/places.ts";
import { useMay } from "../../app/who.ts";
import { Pager, usePage } from "../../components/pages.tsx";
import { useSecret } from "../../components/secret.tsx";
import { Asked, Empty, PartHead } from "../../components/states.tsx";
import { NameButton, Titles } from "../../components/table.tsx";
import { useWords } from "../../texts/both.ts";
import { peopleWords } from "../../texts/people.ts";
import { type User, useGrantWords } from "./data.ts";
import { PersonEditor } from "./person-editor.tsx";

const route = getRouteApi("/settings/people");

/** Who can sign in to the company. */
export function People() {
  const words = useWords(peopleWords);
  const { open, after } = route.useSearch();
  const navigate = route.useNavigate();
  const places = usePlaces().data;
  const mayWrite = useMay()("users:write");
  const { showSecret, secretDialog } = useSecret({
    secretTitle: words.linkTitle,
    secretText: words.linkText,
    secret: words.link,
    secretKept: words.linkKept,
  });
  const list = usePage(["users"], after, (cursor) =>
    dataOf(api.GET("/api/v1/users", { params: { query: { limit: 50, ...cursor } } })),
  );
  const show = (id: string | undefined) => void navigate({ search: { open: id, after }, state: true });
  return (
    <>
      <PartHead title={words.title} intro={words.intro}>
        {mayWrite && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => show("new")}>
            {words.invite}
          </Button>
        )}
      </PartHead>
      <Asked query={list}>
        {(page) => (
          <div aria-busy={list.isPlaceholderData}>
            {page.items.length === 0 ? (
              <Empty title={words.empty} hint={words.emptyHint} />
            ) : (
              <List items={page.items} places={places} onPick={mayWrite ? (id) => show(String(id)) : undefined} />
            )}
            <Pager
              after={after}
              page={page}
              onTurn={(to, trail) => void navigate({ search: { after: to }, state: { trail } })}
            />
          </div>
        )}
      </Asked>
      {open !== undefined && mayWrite && places && (
        <PersonEditor key={open} id={open} places={places} onClose={() => show(undefined)} onLink={showSecret} />
      )}
      {secretDialog}
    </>
  );
}

interface ListProps {
  readonly items: readonly User[];
  readonly places: Places | undefined;
  /** Undefined for who may only look. */
  readonly onPick: ((id: number) => void) | undefined;
}

function List({ items, places, onPick }: ListProps) {
  const words = useWords(peopleWords);
  const say = useGrantWords(places);
  return (
    <div className="panel scroll">
      <Table verticalSpacing="sm" className="stacking people">
        <Titles of={[words.name, words.roles, words.state]} />
        <Table.Tbody>
          {items.map(({ id, name, email, grants, status, hasTwoFactor }) => (
            <Table.Tr key={id}>
              <Table.Td>
                {onPick === undefined ? (
                  <Text size="sm" fw={600}>
                    {name}
                  </Text>
                ) : (
                  <NameButton onClick={() => onPick(id)}>{name}</NameButton>
                )}
                <Text size="xs" className="quiet address">
                  {email}
                </Text>
              </Table.Td>
              <Table.Td>
                {grants.length === 0 && <span className="warning">{words.noRoles}</span>}
                {grants.map((grant) => (
                  <Text key={grant.branchId} size="sm">
                    {say(grant)}
                  </Text>
                ))}
              </Table.Td>
              <Table.Td>
                <Text size="sm" className={status === "active" ? "good" : "warning"}>
                  <span aria-hidden>●</span> {words.states[status]}
                </Text>
                {hasTwoFactor && (
                  <Text size="xs" className="quiet">
                    {words.secondStep}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
