import { Checkbox, Input, Stack, Text } from "@mantine/core";
import type { Permission } from "../../app/who.ts";
import { useWords } from "../../texts/both.ts";
import { keyWords } from "../../texts/keys.ts";
import { permissionGroups, permissionWords } from "../../texts/permissions.ts";

interface Props {
  readonly value: readonly Permission[];
  readonly error: string | undefined;
  isOffered(permission: Permission): boolean;
  onChange(value: Permission[]): void;
}

/** What a key may do: each scope in words, by what it is about. */
export function Scopes({ value, error, isOffered, onChange }: Props) {
  const words = useWords(keyWords);
  const names = useWords(permissionWords);
  const toggle = (members: readonly Permission[], isOn: boolean) => {
    const others = value.filter((scope) => !members.includes(scope));
    onChange(isOn ? [...others, ...members] : others);
  };
  return (
    <fieldset className="bare">
      <legend>
        <Text size="sm" fw={600}>
          {words.scopes}
        </Text>
      </legend>
      <Text size="xs" className="quiet" mb="sm">
        {words.scopesHelp}
      </Text>
      {error !== undefined && (
        <Input.Error mb="sm" role="alert">
          {error}
        </Input.Error>
      )}
      <div className="scopes">
        {permissionGroups.map(([group, all]) => {
          const members: readonly Permission[] = all.filter(isOffered);
          if (members.length === 0) return null;
          const chosen = members.filter((scope) => value.includes(scope)).length;
          return (
            <Stack key={group} gap={6} role="group" aria-label={names.groups[group]}>
              <Checkbox
                label={`${names.groups[group]}: ${words.wholeGroup}`}
                className="scope-group"
                checked={chosen === members.length}
                indeterminate={chosen > 0 && chosen < members.length}
                onChange={({ currentTarget: { checked } }) => toggle(members, checked)}
              />
              {members.map((scope) => (
                <Checkbox
                  key={scope}
                  size="xs"
                  label={names.of[scope]}
                  description={scope}
                  checked={value.includes(scope)}
                  onChange={({ currentTarget: { checked } }) => toggle([scope], checked)}
                />
              ))}
            </Stack>
          );
        })}
      </div>
    </fieldset>
  );
}
