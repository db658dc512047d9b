import { Button, Select, Title } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { Fragment } from "react";
import { type Places, usePlaces } from "../../api/places.ts";
import { Facts } from "../../components/facts.tsx";
import { Asked, PartHead } from "../../components/states.tsx";
import { useWords } from "../../texts/both.ts";
import { callbackSettingsWords } from "../../texts/callback-settings.ts";
import { shared } from "../../texts/shared.ts";
import { fields, type CallbackSettings as Settings, useCallbackSettings, useValueWords } from "./data.ts";
import { SettingsEditor } from "./settings-editor.tsx";

const route = getRouteApi("/settings/callbacks");

/** How the company, or one of its branches, keeps its callbacks, and where each value comes from. */
export function CallbackSettings() {
  const words = useWords(callbackSettingsWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const places = usePlaces();
  const settings = useCallbackSettings(search.branch);
  const show = (edit: "open" | undefined) => void navigate({ search: { ...search, edit } });
  return (
    <>
      <PartHead title={words.title} intro={words.intro} />
      <Asked query={places}>
        {(known) => (
          <>
            <Place places={known} branch={search.branch} onPick={(branch) => void navigate({ search: { branch } })} />
            <Asked query={settings}>
              {({ data, etag }) => (
                <>
                  <Values settings={data} onEdit={() => show("open")} />
                  {search.edit !== undefined && (
                    <SettingsEditor start={{ data, etag }} places={known} onClose={() => show(undefined)} />
                  )}
                </>
              )}
            </Asked>
          </>
        )}
      </Asked>
    </>
  );
}

interface PlaceProps {
  readonly places: Places;
  readonly branch: string | undefined;
  onPick(branch: string | undefined): void;
}

function Place({ places, branch, onPick }: PlaceProps) {
  const words = useWords(callbackSettingsWords);
  return (
    <Select
      label={words.place}
      data={[
        { value: "company", label: words.company(places.company.name) },
        ...places.branches.map(({ id, name }) => ({ value: id, label: name })),
      ]}
      value={branch ?? "company"}
      onChange={(value) => onPick(value === null || value === "company" ? undefined : value)}
      allowDeselect={false}
      maw={320}
      mb="md"
    />
  );
}

function Values({ settings, onEdit }: { settings: Settings; onEdit(): void }) {
  const words = useWords(callbackSettingsWords);
  const { edit } = useWords(shared);
  const say = useValueWords();
  const inherited = settings.branchId === null ? words.standard : words.fromCompany;
  return (
    <section className="panel card" aria-labelledby="promises">
      <div className="head card-head">
        <Title order={3} id="promises">
          {words.promises}
        </Title>
        <Button size="xs" variant="default" aria-label={`${edit}: ${words.title}`} onClick={onEdit}>
          {edit}
        </Button>
      </div>
      <Facts
        of={fields.map((field) => [
          words.fields[field],
          <Fragment key={field}>
            <span className="mark">{say(field, settings[field])}</span>
            <span className="cell-origin">{field in settings.own ? words.here : inherited}</span>
          </Fragment>,
        ])}
      />
    </section>
  );
}
