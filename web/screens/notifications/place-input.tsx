import { nameOf, type Places } from "../../api/places.ts";
import { placeOf, type Spot, spotOf, targetOf } from "../../api/spots.ts";
import { useMay } from "../../app/who.ts";
import { AnySelect, choicesOf } from "../../components/filters.tsx";
import { LevelMark } from "../../components/level.tsx";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { matrixWords } from "../../texts/notification-matrix.ts";
import { shared } from "../../texts/shared.ts";
import type { Configuration } from "./data.ts";

interface Props {
  readonly places: Places;
  readonly spot: Spot;
  onPick(spot: Spot): void;
}

/** The company or a branch, and there a service, a staff member, or both. */
export function PlaceInput({ places, spot: { branch, service, staff }, onPick }: Props) {
  const words = useWords(matrixWords);
  const services = places.services.filter(({ branchId }) => branchId === null || branchId === branch);
  const team = places.staff.filter(({ branchId }) => branchId === branch);
  return (
    <div className="filters">
      <AnySelect
        label={words.branch}
        any={words.wholeCompany}
        data={choicesOf(places.branches)}
        value={branch}
        onPick={(value) => onPick({ branch: value })}
      />
      <AnySelect
        label={words.service}
        any={words.anyService}
        data={choicesOf(services)}
        value={service}
        onPick={(value) => onPick({ branch, service: value, staff })}
        disabled={services.length === 0}
        searchable
      />
      <AnySelect
        label={words.staff}
        any={words.anybody}
        data={choicesOf(team)}
        value={staff}
        onPick={(value) => onPick({ branch, service, staff: value })}
        disabled={branch === undefined}
        searchable
      />
    </div>
  );
}

/** For whom a change is made, or why there is none to make. */
export function ChangesFor({ places, spot }: Omit<Props, "onPick">) {
  const { texts } = useSpeech();
  const words = useWords(matrixWords);
  const { lookOnly } = useWords(shared);
  const may = useMay();
  const target = targetOf(spot, places.company.id);
  if (!may("notifications:write", placeOf(target, places))) return <p className="quiet matrix-note">{lookOnly}</p>;
  return (
    <p className="matrix-note">
      {words.changesFor}{" "}
      <LevelMark level={target.level}>
        <strong>{nameOf(places, target.level, target.id)}</strong> ({texts.levels[target.level]})
      </LevelMark>
    </p>
  );
}

interface OwnProps extends Props {
  readonly configurations: readonly Configuration[];
}

/** Where anything is set, so that nobody has to look for it place by place. */
export function OwnPlaces({ places, spot, configurations, onPick }: OwnProps) {
  const words = useWords(matrixWords);
  const picked = targetOf(spot, places.company.id);
  const byPlace = Map.groupBy(configurations, ({ level, targetId }) => `${level} ${targetId}`);
  if (byPlace.size === 0) return <p className="quiet matrix-note">{words.nothingOwn}</p>;
  return (
    <nav className="own-places" aria-label={words.ownAt}>
      <span className="quiet">{words.ownAt}</span>
      {[...byPlace].map(([key, [first, ...more]]) => {
        if (!first) return null;
        const { level, targetId: id } = first;
        return (
          <button
            key={key}
            type="button"
            aria-current={level === picked.level && id === picked.id}
            onClick={() => onPick(spotOf({ level, id }, places))}
          >
            <LevelMark level={level}>{nameOf(places, level, id)}</LevelMark>
            <span className="set-here" title={words.ownCount(more.length + 1)}>
              <span aria-hidden>{more.length + 1}</span>
              <span className="away">{words.ownCount(more.length + 1)}</span>
            </span>
          </button>
        );
      })}
    </nav>
  );
}
