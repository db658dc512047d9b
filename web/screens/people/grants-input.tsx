import { ActionIcon, Button, Select, Stack, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { Places } from "../../api/places.ts";
import { useWords } from "../../texts/both.ts";
import { peopleWords } from "../../texts/people.ts";
import { type Grant, roles } from "./data.ts";

interface Props {
  readonly value: readonly Grant[];
  readonly errors: Readonly<Record<string, string>>;
  readonly places: Places;
  onChange(value: Grant[]): void;
}

/** Roles, each for all branches or for one; nobody holds two in one place. */
export function GrantsInput({ value, errors, places, onChange }: Props) {
  const words = useWords(peopleWords);
  const taken = value.map(({ branchId }) => branchId);
  const free = [null, ...places.branches.map(({ id }) => id)].filter((branch) => !taken.includes(branch));
  const set = (at: number, grant: Grant) => onChange(value.map((each, index) => (index === at ? grant : each)));
  function add() {
    const [, branch = free[0] ?? null] = free;
    onChange([...value, { role: "receptionist", branchId: branch, staffId: null }]);
  }
  return (
    <Stack gap="md">
      {value.map((grant, at) => (
        <GrantInput
          key={grant.branchId ?? "all"}
          grant={grant}
          free={[grant.branchId, ...free]}
          errors={{
            role: errors[`grants/${at}/role`],
            branchId: errors[`grants/${at}/branchId`],
            staffId: errors[`grants/${at}/staffId`],
          }}
          places={places}
          onChange={(changed) => set(at, changed)}
          onRemove={() => onChange(value.filter((_, index) => index !== at))}
        />
      ))}
      {value.length === 0 && (
        <Text size="sm" className="warning">
          {words.noRoles}
        </Text>
      )}
      {free.length > 0 && (
        <Button
          variant="default"
          size="xs"
          className="at-the-left"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={add}
        >
          {words.addRole}
        </Button>
      )}
    </Stack>
  );
}

interface GrantProps {
  readonly grant: Grant;
  /** Branches in which nothing is held yet, and this one's own; null for all of them. */
  readonly free: readonly (string | null)[];
  readonly errors: Readonly<Record<"role" | "branchId" | "staffId", string | undefined>>;
  readonly places: Places;
  onChange(grant: Grant): void;
  onRemove(): void;
}

const all = "all";

function GrantInput({ grant, free, errors, places, onChange, onRemove }: GrantProps) {
  const words = useWords(peopleWords);
  const { role, branchId, staffId } = grant;
  const name = words.roleOf[role];
  function setRole(value: string | null) {
    const next = roles.find((known) => known === value) ?? role;
    // An admin is one of the whole company.
    onChange({ ...grant, role: next, ...(next === "admin" && { branchId: null }) });
  }
  return (
    <div>
      <div className="grant">
        <Select
          label={words.role}
          data={roles
            .filter((value) => value !== "admin" || free.includes(null))
            .map((value) => ({ value, label: words.roleOf[value] }))}
          value={role}
          error={errors.role}
          onChange={setRole}
          allowDeselect={false}
        />
        <Select
          className="grant-line"
          label={words.where}
          data={[
            ...(free.includes(null) ? [{ value: all, label: words.everywhere }] : []),
            ...places.branches
              .filter(({ id }) => free.includes(id))
              .map(({ id, name }) => ({ value: id, label: name })),
          ]}
          value={branchId ?? all}
          error={errors.branchId}
          disabled={role === "admin"}
          onChange={(value) => onChange({ ...grant, branchId: value === all ? null : value })}
          allowDeselect={false}
        />
        <Select
          className="grant-line"
          label={words.who}
          placeholder={words.nobody}
          data={places.staff
            .filter((member) => branchId === null || member.branchId === branchId)
            .map(({ id, name }) => ({ value: id, label: name }))}
          value={staffId}
          error={errors.staffId}
          required={role === "staff"}
          onChange={(value) => onChange({ ...grant, staffId: value })}
          searchable
          clearable
          clearButtonProps={{ "aria-label": words.nobody }}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={words.removeRole(name)}
          title={words.removeRole(name)}
          onClick={onRemove}
        >
          <IconTrash size={18} aria-hidden />
        </ActionIcon>
      </div>
      <Text size="xs" className="quiet" mt={4}>
        {words.roleHelp[role]}
      </Text>
    </div>
  );
}
