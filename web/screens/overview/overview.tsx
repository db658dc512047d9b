import { getRouteApi } from "@tanstack/react-router";
import { usePlaces } from "../../api/places.ts";
import { Asked, Head } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { overviewWords } from "../../texts/overview.ts";
import { Figures } from "./figures.tsx";
import { NeedsYou } from "./needs-you.tsx";

const route = getRouteApi("/");

export function Overview() {
  const { texts } = useSpeech();
  const words = useWords(overviewWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <Head title={texts.screens.overview} intro={words.intro} />
      <NeedsYou />
      <Asked query={usePlaces()}>
        {(places) => (
          <Figures
            places={places}
            days={search.days ?? 30}
            branch={search.branch}
            onChange={(change) => void navigate({ search: { ...search, ...change } })}
          />
        )}
      </Asked>
    </>
  );
}
