import { Menu } from "@mantine/core";
import { IconArrowBackUp, IconRepeat } from "@tabler/icons-react";
import { useWords } from "../../texts/both.ts";
import { matrixWords } from "../../texts/notification-matrix.ts";
import type { CellState } from "./cell-state.ts";
import { route } from "./data.ts";
import { StateMark } from "./state-mark.tsx";

interface Props {
  readonly cell: CellState;
  readonly own: number | null;
  /** The address with the dialog that holds the rest. */
  readonly onEdit: object;
  onSwitch(to: "on" | "off" | "inherit"): void;
}

/** What may be set for a channel at the place one looks at. */
export function Choices({ cell, own, onEdit, onSwitch }: Props) {
  const words = useWords(matrixWords);
  const navigate = route.useNavigate();
  const isOnHere = own !== null && cell.state === "on";
  const isOffHere = own !== null && cell.state === "off";
  return (
    <>
      {!isOnHere && (
        <Menu.Item leftSection={<StateMark state="on" />} onClick={() => onSwitch("on")}>
          {words.turnOn}
        </Menu.Item>
      )}
      {!isOffHere && (
        <Menu.Item leftSection={<StateMark state="off" />} onClick={() => onSwitch("off")}>
          {words.turnOff}
        </Menu.Item>
      )}
      {own !== null && (
        <Menu.Item leftSection={<IconArrowBackUp size={16} aria-hidden />} onClick={() => onSwitch("inherit")}>
          {words.inherit}
        </Menu.Item>
      )}
      {isOnHere && (
        <Menu.Item leftSection={<IconRepeat size={16} aria-hidden />} onClick={() => void navigate({ search: onEdit })}>
          {words.settings}
        </Menu.Item>
      )}
      <Menu.Divider />
    </>
  );
}
