import { Stack, Title } from "@mantine/core";
import { useWho, type Who } from "../../app/who.ts";
import { Facts } from "../../components/facts.tsx";
import { Empty, Head } from "../../components/states.tsx";
import { accountWords } from "../../texts/account.ts";
import { useWords } from "../../texts/both.ts";
import { Messages } from "./messages.tsx";
import { Password } from "./password.tsx";
import { Rights } from "./rights.tsx";
import { TwoFactor } from "./two-factor.tsx";

/** What somebody changes about themselves. */
export function Account() {
  const words = useWords(accountWords);
  const who = useWho().data;
  return (
    <>
      <Head title={words.title} intro={words.intro} />
      {who === undefined ? (
        <Empty title={words.byKey} hint={words.byKeyHelp} />
      ) : (
        <Stack gap="lg" className="account-page">
          <Self who={who} />
          <Password />
          <TwoFactor who={who} />
          <Messages who={who} />
          <Rights who={who} />
        </Stack>
      )}
    </>
  );
}

function Self({ who: { person, company } }: { who: Who }) {
  const words = useWords(accountWords);
  const rows = [
    [words.name, person.name],
    [
      words.email,
      <span key="email" className="address">
        {person.email}
      </span>,
    ],
    [words.company, company?.name ?? words.noCompany],
  ] as const;
  return (
    <section className="panel card">
      <Title order={2}>{words.who}</Title>
      <Facts of={rows} />
    </section>
  );
}
