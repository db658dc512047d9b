import { Group } from "@mantine/core";
import { usePlaces } from "../../api/places.ts";
import { useMay } from "../../app/who.ts";
import { ModificationsCsv } from "../../components/csv.tsx";
import { Pager } from "../../components/pages.tsx";
import { Asked, Empty, Head } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { modificationWords } from "../../texts/modifications.ts";
import { route, type Search, useFilter, useModifications } from "./data.ts";
import { Filters, KindFilter } from "./filters.tsx";
import { List } from "./list.tsx";
import { Receipts } from "./receipts.tsx";

export function Modifications() {
  const { texts } = useSpeech();
  const words = useWords(modificationWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const places = usePlaces().data;
  const list = useModifications(search);
  const filter = useFilter(search);
  const mayExport = useMay()("modifications:export");
  /** Another filter has other pages. */
  const narrow = (change: Partial<Search>) =>
    void navigate({ search: { ...search, ...change, after: undefined, open: undefined } });
  const show = (open: number | undefined) => void navigate({ search: { ...search, open }, state: true });
  const isNarrowed = Object.keys(filter).length > 0;
  return (
    <>
      <Head title={texts.screens.modifications} intro={words.intro}>
        <Group gap="xs">
          {mayExport && <ModificationsCsv filter={filter} />}
          <KindFilter search={search} onChange={narrow} />
        </Group>
      </Head>
      <Filters search={search} places={places} onChange={narrow} />
      <Asked query={list}>
        {(page) => (
          <div aria-busy={list.isPlaceholderData}>
            {page.items.length === 0 ? (
              <Empty title={isNarrowed ? words.emptyFiltered : words.empty} />
            ) : (
              <List items={page.items} places={places} picked={search.open} onPick={show} />
            )}
            <Pager
              after={search.after}
              page={page}
              onTurn={(after, trail) => void navigate({ search: { ...search, after }, state: { trail } })}
            />
          </div>
        )}
      </Asked>
      {search.open !== undefined && <Receipts appointmentId={search.open} onClose={() => show(undefined)} />}
    </>
  );
}
