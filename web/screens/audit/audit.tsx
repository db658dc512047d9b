import { Group } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { api, dataOf } from "../../api/client.ts";
import { usePlaces, zoneOfCompany } from "../../api/places.ts";
import { Pager, usePage } from "../../components/pages.tsx";
import { Asked, Empty, PartHead } from "../../components/states.tsx";
import { periodOf } from "../../components/zone.ts";
import { auditWords } from "../../texts/audit.ts";
import { useWords } from "../../texts/both.ts";
import { Export } from "./export.tsx";
import { AuditFilters } from "./filters.tsx";
import { Lines } from "./lines.tsx";
import { Verification } from "./verification.tsx";

const route = getRouteApi("/settings/audit");

export function AuditLog() {
  const words = useWords(auditWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const places = usePlaces().data;
  const { subject, subjectId, actor, action, from, until, after } = search;
  const query = {
    limit: 50,
    ...(subject === undefined ? {} : { subjectType: subject }),
    ...(subjectId === undefined ? {} : { subjectId }),
    ...(actor === undefined ? {} : { actorType: actor }),
    ...(action === undefined ? {} : { action }),
    ...periodOf({ from, until }, zoneOfCompany(places)),
  };
  const list = usePage(["audit", query], after, (cursor) =>
    dataOf(api.GET("/api/v1/audit-log", { params: { query: { ...query, ...cursor } } })),
  );
  return (
    <>
      <PartHead title={words.title} intro={words.intro}>
        <Group gap="xs">
          <Verification />
          <Export />
        </Group>
      </PartHead>
      <AuditFilters
        search={search}
        onChange={(change) => void navigate({ search: { ...search, ...change, after: undefined } })}
      />
      <Asked query={list}>
        {(page) => (
          <div aria-busy={list.isPlaceholderData}>
            {page.items.length === 0 ? (
              <Empty title={words.empty} hint={words.emptyHint} />
            ) : (
              <Lines
                items={page.items}
                places={places}
                onSubject={(type, id) => void navigate({ search: { subject: type, subjectId: id } })}
              />
            )}
            <Pager
              after={after}
              page={page}
              onTurn={(to, trail) => void navigate({ search: { ...search, after: to }, state: { trail } })}
            />
          </div>
        )}
      </Asked>
    </>
  );
}
