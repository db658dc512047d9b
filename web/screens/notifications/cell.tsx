import { Button, Menu, Skeleton } from "@mantine/core";
import { IconFileText, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useId, useState } from "react";
import { nameOf, type Places } from "../../api/places.ts";
import { placeOf, type Spot, targetOf } from "../../api/spots.ts";
import type { Channel } from "../../app/choices.ts";
import { useMay } from "../../app/who.ts";
import { LevelMark } from "../../components/level.tsx";
import { useWords } from "../../texts/both.ts";
import { matrixWords } from "../../texts/notification-matrix.ts";
import { notificationWords } from "../../texts/notifications.ts";
import { Choices } from "./cell-choices.tsx";
import { cellState, lostBy, ownId } from "./cell-state.ts";
import { How, useOrigin } from "./cell-words.tsx";
import { type Effective, type Event, readConfiguration } from "./data.ts";
import { OnlyOrToo } from "./only-or-too.tsx";
import { StateMark } from "./state-mark.tsx";
import { useSwitch } from "./switch.ts";

interface Props {
  readonly event: Event;
  readonly channel: Channel;
  readonly effective: Effective | undefined;
  readonly spot: Spot;
  readonly places: Places;
}

/** One channel of an event: what applies, and what may be done about it. */
export function Cell(props: Props) {
  const { effective, ...rest } = props;
  if (effective === undefined) return <Skeleton height={20} width={90} my={4} />;
  return <Known {...rest} effective={effective} />;
}

function Known({ event, channel, effective, spot, places }: Props & { readonly effective: Effective }) {
  const words = useWords(matrixWords);
  const { events, channels } = useWords(notificationWords);
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const details = useId();
  const target = targetOf(spot, places.company.id);
  const cell = cellState(effective, channel);
  const own = ownId(effective, channel, target.level);
  const version = useQuery({
    queryKey: ["channels", "version", own],
    enabled: isOpen && own !== null,
    staleTime: 0,
    queryFn: () => readConfiguration(own ?? 0),
  });
  const act = useSwitch({ event, channel, target, effective, own, etag: version.data?.etag ?? "*" });
  const lost = lostBy(effective, channel, target.level);
  const [origin, fullOrigin] = useOrigin(cell, target, spot, places);
  return (
    <>
      <Menu position="bottom-start" opened={isOpen} onChange={setOpen} width={290}>
        <Menu.Target>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            className={`cell cell-${cell.state}`}
            loading={act.isPending}
          >
            <span className="away">{words.cell(events[event], channels[channel])}</span>
            <StateMark state={cell.state} />
            &nbsp;{words.states[cell.state]}
            <span className="cell-origin">
              <LevelMark level={cell.level}>{origin}</LevelMark>
            </span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown aria-describedby={details}>
          <Menu.Label id={details} className="cell-details">
            <strong>{words.cellTitle(events[event], channels[channel])}</strong>
            <span>
              {words.states[cell.state]}, {fullOrigin}
            </span>
            <How sent={cell.sent} />
          </Menu.Label>
          {may("notifications:write", placeOf(target, places)) && (
            <Choices
              cell={cell}
              own={own}
              onSwitch={(to) => (to === "on" && lost.length > 0 ? setAsking(true) : act.mutate({ to }))}
              onEdit={{ ...spot, event, channel, edit: "open" }}
            />
          )}
          <Menu.Item
            leftSection={<IconFileText size={16} aria-hidden />}
            renderRoot={(props) => (
              <Link
                {...props}
                to="/notifications"
                search={{ tab: "templates", event, channel, name: cell.sent?.template ?? undefined }}
              />
            )}
          >
            {words.toText}
          </Menu.Item>
          {may("appointments:read") && !event.startsWith("callback_") && (
            <Menu.Item
              leftSection={<IconUsers size={16} aria-hidden />}
              renderRoot={(props) => (
                <Link {...props} to="/notifications" search={{ ...spot, tab: "dry-run", event }} />
              )}
            >
              {words.dryRun}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {isAsking && (
        <OnlyOrToo
          event={event}
          channel={channel}
          place={nameOf(places, target.level, target.id)}
          others={lost}
          isBusy={act.isPending}
          onChoose={(keep) => act.mutate({ to: "on", keep }, { onSettled: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
