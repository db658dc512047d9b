import { Button, Checkbox, Group, Menu } from "@mantine/core";
import { IconCheck, IconPhoneCall, IconUserPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import type { Places } from "../../../api/places.ts";
import { useMay } from "../../../app/who.ts";
import { useWords } from "../../../texts/both.ts";
import { bulkWords } from "../../../texts/callback-bulk.ts";
import { useSpeech } from "../../../texts/language.tsx";
import type { Callback } from "../data.ts";
import { CancelForm, CompleteForm } from "./forms.tsx";
import type { Selection } from "./selection.ts";
import type { Deed } from "./steps.ts";

interface Props {
  readonly shown: readonly Callback[];
  readonly selection: Selection;
  readonly places: Places;
  readonly isBusy: boolean;
  onDo(deed: Deed, callbacks: readonly Callback[]): void;
}

/** What may be done to all that are selected. */
export function BulkBar({ shown, selection, places, isBusy, onDo }: Props) {
  const words = useWords(bulkWords);
  const may = useMay();
  // Of whom it was asked: what happens to the list meanwhile changes nothing about it.
  const [asked, setAsked] = useState<{ what: "complete" | "cancel"; of: readonly Callback[] } | null>(null);
  const { selected } = selection;
  const isNone = selected.length === 0;
  const answer = (deed: Deed) => {
    setAsked(null);
    if (asked !== null) onDo(deed, asked.of);
  };
  const close = () => setAsked(null);
  return (
    <section className="panel bulk" aria-label={words.label}>
      <Checkbox
        label={isNone ? words.selectAll(shown.length) : words.selected(selected.length)}
        checked={selected.length === shown.length}
        indeterminate={!isNone && selected.length < shown.length}
        disabled={isBusy}
        onChange={() => selection.select(isNone ? shown : [])}
      />
      {!isNone && (
        <Group gap="xs">
          {may("callbacks:assign") && (
            <AssignMenu
              selected={selected}
              places={places}
              isBusy={isBusy}
              onPick={(staffId) => onDo({ kind: "assign", staffId }, selected)}
            />
          )}
          {may("callbacks:work") && (
            <>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconPhoneCall size={15} aria-hidden />}
                disabled={isBusy}
                onClick={() => onDo({ kind: "contact" }, selected)}
              >
                {words.contact}
              </Button>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconCheck size={15} aria-hidden />}
                disabled={isBusy}
                onClick={() => setAsked({ what: "complete", of: selected })}
              >
                {words.complete}
              </Button>
            </>
          )}
          {may("callbacks:write") && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconX size={15} aria-hidden />}
              disabled={isBusy}
              onClick={() => setAsked({ what: "cancel", of: selected })}
            >
              {words.cancel}
            </Button>
          )}
        </Group>
      )}
      {asked?.what === "complete" && <CompleteForm count={asked.of.length} onAnswer={answer} onClose={close} />}
      {asked?.what === "cancel" && <CancelForm count={asked.of.length} onAnswer={answer} onClose={close} />}
    </section>
  );
}

interface AssignProps {
  readonly selected: readonly Callback[];
  readonly places: Places;
  readonly isBusy: boolean;
  onPick(staffId: string | null): void;
}

/** The staff of the branches that the selected ones are of. */
function AssignMenu({ selected, places, isBusy, onPick }: AssignProps) {
  const { texts } = useSpeech();
  const branches = places.branches.filter(({ id }) => selected.some(({ branchId }) => branchId === id));
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<IconUserPlus size={15} aria-hidden />} disabled={isBusy}>
          {texts.callbacks.assignTo}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className="scrolling-menu">
        <Menu.Item fw={600} onClick={() => onPick(null)}>
          {texts.callbacks.assignAutomatically}
        </Menu.Item>
        {branches.map((branch) => (
          <div key={branch.id}>
            {branches.length > 1 && <Menu.Label>{branch.name}</Menu.Label>}
            {places.staff
              .filter(({ branchId }) => branchId === branch.id)
              .map(({ id, name }) => (
                <Menu.Item key={id} onClick={() => onPick(id)}>
                  {name}
                </Menu.Item>
              ))}
          </div>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
