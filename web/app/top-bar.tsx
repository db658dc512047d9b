import { Anchor, Button, Menu } from "@mantine/core";
import { IconLogout, IconUserCircle } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { usePlaces } from "../api/places.ts";
import { Appearance } from "../components/appearance.tsx";
import { useWords } from "../texts/both.ts";
import { entryWords } from "../texts/entry.ts";
import { useSpeech } from "../texts/language.tsx";
import { useChosenCompany, workFor } from "./session.ts";
import { useSignOut } from "./sign-out.ts";
import type { Who } from "./who.ts";

/** For which company one works, and as whom. @param who null for an API key */
export function TopBar({ who }: { who: Who | null }) {
  const places = usePlaces();
  const name = who?.company?.name ?? places.data?.company.name ?? "";
  return (
    <div className="top">
      {who?.person.isOperator ? <OperatorsCompany name={name} /> : <strong className="top-company">{name}</strong>}
      <Appearance />
      <AccountMenu who={who} />
    </div>
  );
}

function OperatorsCompany({ name }: { name: string }) {
  const words = useWords(entryWords);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const id = useChosenCompany() ?? "";
  async function choose() {
    await navigate({ to: "/", search: {} });
    workFor(null);
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
  }
  return (
    <div className="top-company operator">
      <strong>{name || words.workingFor(id)}</strong>
      <span className="quiet">
        {words.operator} · {words.workingFor(id)}
      </span>
      <Anchor component="button" type="button" size="sm" onClick={() => void choose()}>
        {words.changeCompany}
      </Anchor>
    </div>
  );
}

function AccountMenu({ who }: { who: Who | null }) {
  const { texts } = useSpeech();
  const words = useWords(entryWords);
  const signOut = useSignOut(who ? "password" : "key");
  const name = who?.person.name ?? words.keyName;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          size="sm"
          variant="subtle"
          color="gray"
          className="account"
          aria-label={who ? words.menu(name) : words.keyMenu}
          leftSection={<IconUserCircle size={20} stroke={1.7} aria-hidden />}
        >
          <span className="wide">{name}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {who && (
          <>
            <Menu.Label>
              {who.person.name}
              <br />
              {who.person.email}
            </Menu.Label>
            <Menu.Item component={Link} to="/account" leftSection={<IconUserCircle size={16} aria-hidden />}>
              {words.account}
            </Menu.Item>
          </>
        )}
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={signOut}>
          {texts.app.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
