import { useQuery } from "@tanstack/react-query";
import { nameOf, type Places, usePlaces } from "../../api/places.ts";
import { isThere, type Spot, targetOf } from "../../api/spots.ts";
import type { Channel } from "../../app/choices.ts";
import { Asked, Empty } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { matrixWords } from "../../texts/notification-matrix.ts";
import { notificationWords } from "../../texts/notifications.ts";
import { shared } from "../../texts/shared.ts";
import { ownId } from "./cell-state.ts";
import { ConfigurationEditor } from "./configuration-editor.tsx";
import { type Event, effectiveQuery, eventIn, route, useCatalogue, useConfigurations } from "./data.ts";
import { Grid } from "./grid.tsx";
import { ChangesFor, OwnPlaces, PlaceInput } from "./place-input.tsx";
import { StateMark } from "./state-mark.tsx";

/** Event × channel for any place: what is on, and which level says so. */
export function Matrix() {
  const { branch, service, staff, event, channel, edit } = route.useSearch();
  const navigate = route.useNavigate();
  const places = usePlaces();
  const catalogue = useCatalogue();
  const configurations = useConfigurations();
  const spot: Spot = { branch, service, staff };
  const { failures } = useWords(shared);
  const edited = edit === undefined ? undefined : eventIn(event);
  const pick = (to: Spot) => void navigate({ search: to });
  return (
    <Asked query={places}>
      {(known) => (
        <>
          <PlaceInput places={known} spot={spot} onPick={pick} />
          {configurations.data && (
            <OwnPlaces places={known} spot={spot} configurations={configurations.data} onPick={pick} />
          )}
          {isThere(spot, known) ? (
            <>
              <ChangesFor places={known} spot={spot} />
              <Legend />
              <Asked query={catalogue}>{({ events }) => <Grid events={events} spot={spot} places={known} />}</Asked>
            </>
          ) : (
            <Empty title={failures.notFound} />
          )}
          {edited !== undefined && channel !== undefined && (
            <Edited event={edited} channel={channel} spot={spot} places={known} onClose={() => pick(spot)} />
          )}
        </>
      )}
    </Asked>
  );
}

function Legend() {
  const { states, legend } = useWords(matrixWords);
  return (
    <dl className="legend">
      {(["on", "reserve", "off"] as const).map((state) => (
        <div key={state}>
          <dt>
            <StateMark state={state} /> {states[state]}
          </dt>
          <dd>{legend[state]}</dd>
        </div>
      ))}
    </dl>
  );
}

interface EditedProps {
  readonly event: Event;
  readonly channel: Channel;
  readonly spot: Spot;
  readonly places: Places;
  onClose(): void;
}

/** What the address says is open, as far as the place has something of its own there. */
function Edited({ event, channel, spot, places, onClose }: EditedProps) {
  const words = useWords(matrixWords);
  const { events, channels } = useWords(notificationWords);
  const effective = useQuery(effectiveQuery(event, spot)).data;
  const target = targetOf(spot, places.company.id);
  const id = effective === undefined ? null : ownId(effective, channel, target.level);
  if (id === null) return null;
  const title = words.editor.title(events[event], channels[channel], nameOf(places, target.level, target.id));
  return <ConfigurationEditor id={id} title={title} onClose={onClose} />;
}
