import { Text, Title } from "@mantine/core";
import { nameOf, usePlaces } from "../../api/places.ts";
import type { Who } from "../../app/who.ts";
import { Facts } from "../../components/facts.tsx";
import { accountWords } from "../../texts/account.ts";
import { useWords } from "../../texts/both.ts";
import { permissionGroups, permissionWords } from "../../texts/permissions.ts";

type Held = Who["permissions"][number];

/** What somebody may do, and where: as it is in force, from whichever roles it comes. */
export function Rights({ who: { permissions } }: { who: Who }) {
  const words = useWords(accountWords);
  const names = useWords(permissionWords);
  const places = usePlaces().data;
  const where = ({ reach }: Held) =>
    reach === null
      ? words.everywhere
      : [
          ...reach.branches.map((id) => nameOf(places, "branch", id)),
          ...(reach.staff.length > 0 ? [words.own] : []),
        ].join(", ");
  return (
    <section className="panel card">
      <Title order={2} mb="xs">
        {words.may}
      </Title>
      {permissions.length === 0 && <Text size="sm">{words.noneHeld}</Text>}
      {permissionGroups.map(([group, members]) => {
        const held = permissions.filter(({ permission }) => members.some((member) => member === permission));
        return (
          held.length > 0 && (
            <details key={group}>
              <summary>{names.groups[group]}</summary>
              <Facts of={held.map((each) => [names.of[each.permission], where(each)])} />
            </details>
          )
        );
      })}
    </section>
  );
}
