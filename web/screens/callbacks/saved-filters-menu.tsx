import { ActionIcon, Button, Group, Menu, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconBookmark, IconTrash } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import type { CallbackSearch } from "../../app/search.ts";
import { Dialog } from "../../components/layer.tsx";
import { useWords } from "../../texts/both.ts";
import { callbackFilterWords } from "../../texts/callback-filters.ts";
import { useSpeech } from "../../texts/language.tsx";
import { type SavedFilter, useSavedFilters } from "./saved-filters.ts";

interface Props {
  readonly companyId: number;
  readonly search: CallbackSearch;
  onPick(search: CallbackSearch): void;
}

/** Keeps the filters that are set under a name, and sets them again. */
export function SavedFiltersMenu({ companyId, search, onPick }: Props) {
  const words = useWords(callbackFilterWords);
  const saved = useSavedFilters(companyId);
  const [isNaming, setNaming] = useState(false);
  const { open: _, add: __, ...filters } = search;
  const isSet = Object.values(filters).some((value) => value !== undefined);

  function keep(name: string) {
    const isKept = saved.keep({ name, search: filters });
    notifications.show(
      isKept ? { message: words.wasSaved(name), color: "teal" } : { message: words.full, color: "red" },
    );
    setNaming(false);
  }
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={16} aria-hidden />}>
            {saved.filters.length === 0 ? words.saved : words.savedCount(saved.filters.length)}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {saved.filters.length === 0 && <Menu.Label>{words.none}</Menu.Label>}
          {saved.filters.map((filter) => (
            <Menu.Item key={filter.name} onClick={() => onPick(filter.search)}>
              {filter.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item disabled={!isSet} onClick={() => setNaming(true)}>
            {words.save}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isNaming && (
        <Naming filters={saved.filters} onKeep={keep} onForget={saved.forget} onClose={() => setNaming(false)} />
      )}
    </>
  );
}

interface NamingProps {
  readonly filters: readonly SavedFilter[];
  onKeep(name: string): void;
  onForget(name: string): boolean;
  onClose(): void;
}

function Naming({ filters, onKeep, onForget, onClose }: NamingProps) {
  const { texts } = useSpeech();
  const words = useWords(callbackFilterWords);
  const [name, setName] = useState("");
  function submit(event: FormEvent) {
    event.preventDefault();
    onKeep(name.trim());
  }
  return (
    <Dialog onClose={onClose} title={words.saveTitle}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={words.name}
            description={words.nameHelp}
            value={name}
            required
            pattern=".*\S.*"
            maxLength={60}
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {filters.length > 0 && (
            <div>
              {filters.map((each) => (
                <Group key={each.name} justify="space-between" wrap="nowrap">
                  <Text size="sm">{each.name}</Text>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={words.forget(each.name)}
                    onClick={() => {
                      if (onForget(each.name))
                        notifications.show({ message: words.forgotten(each.name), color: "teal" });
                    }}
                  >
                    <IconTrash size={16} aria-hidden />
                  </ActionIcon>
                </Group>
              ))}
            </div>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.app.cancel}
            </Button>
            <Button type="submit">{words.keep}</Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
