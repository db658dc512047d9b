import { IconAdjustments, IconBuilding, IconBuildingStore, IconScissors, IconUser } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Level } from "../api/places.ts";

const icons = {
  company: IconBuilding,
  branch: IconBuildingStore,
  service: IconScissors,
  staff: IconUser,
  system: IconAdjustments,
};

/** A level is told by icon, colour and words alike. */
export function LevelMark({ level, children }: { level: Level | "system"; children?: ReactNode }) {
  const Icon = icons[level];
  return (
    <span className={`level level-${level}`}>
      <Icon size={16} stroke={1.8} aria-hidden />
      {children}
    </span>
  );
}
