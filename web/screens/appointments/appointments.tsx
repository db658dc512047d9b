import { Button, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { usePlaces } from "../../api/places.ts";
import { useMay } from "../../app/who.ts";
import { Pager } from "../../components/pages.tsx";
import { Asked, Empty, Head } from "../../components/states.tsx";
import { appointmentWords } from "../../texts/appointments.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { reservationWords } from "../../texts/reservations.ts";
import { Book } from "./book.tsx";
import { route, type Search, useAppointments } from "./data.ts";
import { Detail } from "./detail.tsx";
import { Filters } from "./filters.tsx";
import { List } from "./list.tsx";
import { useIsKeptByPlatform } from "./reservations-data.ts";

export function Appointments() {
  const { texts } = useSpeech();
  const words = useWords(appointmentWords);
  const { byPlatform } = useWords(reservationWords);
  const isKeptByPlatform = useIsKeptByPlatform();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const places = usePlaces().data;
  const mayBook = useMay()("appointments:write");
  const list = useAppointments(search);
  /** What lies above the list leaves the way back through its pages as it is. */
  const show = (above: Pick<Search, "open" | "book">) =>
    void navigate({ search: { ...search, open: undefined, book: undefined, ...above }, state: true });
  return (
    <>
      <Head title={texts.screens.appointments} intro={words.intro}>
        {mayBook && !isKeptByPlatform && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => show({ book: "new" })}>
            {words.book}
          </Button>
        )}
      </Head>
      {isKeptByPlatform && (
        <Text size="sm" mb="sm">
          {byPlatform}
        </Text>
      )}
      <Filters
        search={search}
        places={places}
        onChange={(change) => void navigate({ search: { ...search, ...change, after: undefined } })}
      />
      <Asked query={list}>
        {(page) => (
          <div aria-busy={list.isPlaceholderData}>
            {page.items.length === 0 ? (
              <Empty title={words.empty} hint={words.emptyHint} />
            ) : (
              <List items={page.items} places={places} picked={search.open} onPick={(open) => show({ open })} />
            )}
            <Pager
              after={search.after}
              page={page}
              onTurn={(after, trail) => void navigate({ search: { ...search, after }, state: { trail } })}
            />
          </div>
        )}
      </Asked>
      {search.open !== undefined && <Detail id={search.open} places={places} onClose={() => show({})} />}
      {search.book !== undefined && mayBook && !isKeptByPlatform && places && (
        <Book places={places} onClose={() => show({})} onBooked={(open) => show({ open })} />
      )}
    </>
  );
}
