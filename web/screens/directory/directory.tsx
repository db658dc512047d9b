import { Button, Group, SegmentedControl } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { usePlaces } from "../../api/places.ts";
import { directoryKinds } from "../../app/choices.ts";
import type { DirectorySearch } from "../../app/search.ts";
import { useMay } from "../../app/who.ts";
import { CustomersCsv } from "../../components/csv.tsx";
import { AnySelect, choicesOf } from "../../components/filters.tsx";
import { Pager, usePage } from "../../components/pages.tsx";
import { SettledInput } from "../../components/settled-input.tsx";
import { Asked, Empty, PartHead } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { directoryWords } from "../../texts/directory.ts";
import { Entries } from "./entries.tsx";
import { EntryEditor } from "./entry-editor.tsx";
import { type Kind, kinds } from "./kinds.ts";

const route = getRouteApi("/settings/directory");

export function Directory() {
  const words = useWords(directoryWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const places = usePlaces().data;
  const name = search.kind ?? "branches";
  const kind = kinds[name];
  const may = useMay();
  const mayWrite = may(name === "customers" ? "customers:write" : "directory:write");
  const list = useEntries(name, kind, search);
  const show = (open: string | undefined) => void navigate({ search: { ...search, open }, state: true });
  return (
    <>
      <PartHead title={words.title} intro={words.intro}>
        <Group gap="xs">
          {name === "customers" && may("customers:export") && <CustomersCsv />}
          {mayWrite && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => show("new")}>
              {words.add[name]}
            </Button>
          )}
        </Group>
      </PartHead>
      <div className="scroll">
        <SegmentedControl
          mb="md"
          aria-label={words.title}
          value={name}
          onChange={(value) => void navigate({ search: { kind: directoryKinds.find((known) => known === value) } })}
          data={directoryKinds.map((value) => ({ value, label: words.kinds[value] }))}
        />
      </div>
      <Narrowing
        kind={kind}
        search={search}
        onChange={(change) => void navigate({ search: { ...search, ...change, after: undefined } })}
      />
      <Asked query={list}>
        {(page) => (
          <div aria-busy={list.isPlaceholderData}>
            {page.items.length === 0 ? (
              <Empty title={words.empty} hint={words.emptyHint} />
            ) : (
              <Entries
                kind={kind}
                items={page.items}
                places={places}
                onPick={mayWrite ? (id) => show(String(id)) : undefined}
              />
            )}
            <Pager
              after={search.after}
              page={page}
              onTurn={(after, trail) => void navigate({ search: { ...search, after }, state: { trail } })}
            />
          </div>
        )}
      </Asked>
      {search.open !== undefined && places && mayWrite && (
        <EntryEditor
          key={`${name} ${search.open}`}
          name={name}
          id={search.open}
          places={places}
          onClose={() => show(undefined)}
        />
      )}
    </>
  );
}

function useEntries(name: string, kind: Kind, search: DirectorySearch) {
  const query = {
    limit: 50,
    ...(search.name === undefined ? {} : { name: search.name }),
    ...(search.branch === undefined || !kind.isOfBranch ? {} : { branchId: search.branch }),
    ...(search.active === undefined || !kind.hasSwitch ? {} : { isActive: search.active }),
  };
  return usePage(["directory", name, query], search.after, (cursor) => kind.list({ ...query, ...cursor }));
}

interface NarrowingProps {
  readonly kind: Kind;
  readonly search: DirectorySearch;
  onChange(change: Partial<DirectorySearch>): void;
}

function Narrowing({ kind, search, onChange }: NarrowingProps) {
  const words = useWords(directoryWords);
  const places = usePlaces().data;
  return (
    <div className="filters">
      <SettledInput
        type="search"
        label={words.find}
        value={search.name ?? ""}
        maxLength={255}
        onSettle={(value) => onChange({ name: value || undefined })}
      />
      {kind.isOfBranch && (
        <AnySelect
          label={words.branch}
          any={words.anyBranch}
          data={choicesOf(places?.branches ?? [])}
          value={search.branch}
          onPick={(value) => onChange({ branch: value })}
        />
      )}
      {kind.hasSwitch && (
        <AnySelect
          label={words.state}
          any={words.anyState}
          data={[
            { value: "true", label: words.active },
            { value: "false", label: words.inactive },
          ]}
          value={search.active}
          onPick={(value) => onChange({ active: value === "true" || value === "false" ? value : undefined })}
        />
      )}
    </div>
  );
}
