import { Button, Menu } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { api, dataOf } from "../../api/client.ts";
import { nameOf, type Places } from "../../api/places.ts";
import { useAct } from "../../components/act.tsx";
import { useSpeech } from "../../texts/language.tsx";
import type { Callback } from "./data.ts";

/** Gives a callback to somebody of its branch, or to whom the strategy says; a second time, to somebody else. */
export function Assign({ callback, places }: { callback: Callback; places: Places }) {
  const { texts } = useSpeech();
  const path = { callbackId: callback.id };
  const isFirst = callback.status === "pending";
  const assign = useAct(
    async (staffId: string | null) => {
      const { assignedTo } = await dataOf(
        staffId === null
          ? api.POST("/api/v1/callbacks/{callbackId}/auto-assignment", { params: { path }, body: {} })
          : api.POST(
              isFirst ? "/api/v1/callbacks/{callbackId}/assignment" : "/api/v1/callbacks/{callbackId}/reassignment",
              {
                params: { path },
                body: { staffId },
              },
            ),
      );
      return assignedTo === null
        ? texts.callbacks.nobody
        : texts.callbacks.assigned(nameOf(places, "staff", assignedTo));
    },
    ["callbacks", "callback"],
  );
  const staff = places.staff.filter(({ id, branchId }) => branchId === callback.branchId && id !== callback.assignedTo);
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconUserPlus size={15} aria-hidden />}
          loading={assign.isPending}
          aria-label={texts.callbacks.assign(callback.customerName)}
        >
          {isFirst ? texts.callbacks.assignTo : nameOf(places, "staff", callback.assignedTo)}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {isFirst && (
          <Menu.Item fw={600} onClick={() => assign.mutate(null)}>
            {texts.callbacks.assignAutomatically}
          </Menu.Item>
        )}
        {staff.map(({ id, name }) => (
          <Menu.Item key={id} onClick={() => assign.mutate(id)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
