import {
  IconBell,
  IconCalendarEvent,
  IconHistory,
  IconLayoutDashboard,
  IconPhone,
  IconScale,
  IconSettings,
} from "@tabler/icons-react";
import type { May, Permission } from "./who.ts";

interface Guarded {
  readonly to: string;
  readonly name: string;
  readonly needs: Permission;
  readonly Icon?: unknown;
}

/** Every screen, with one of the permissions that it needs to show anything. */
const screens = [
  { to: "/", name: "overview", Icon: IconLayoutDashboard, needs: "callbacks:read" },
  { to: "/appointments", name: "appointments", Icon: IconCalendarEvent, needs: "appointments:read" },
  { to: "/policies", name: "policies", Icon: IconScale, needs: "policies:read" },
  { to: "/callbacks", name: "callbacks", Icon: IconPhone, needs: "callbacks:read" },
  { to: "/notifications", name: "notifications", Icon: IconBell, needs: "notifications:read" },
  { to: "/modifications", name: "modifications", Icon: IconHistory, needs: "modifications:read" },
  { to: "/settings", name: "settings", Icon: IconSettings, needs: "policies:read" },
] as const satisfies readonly Guarded[];

const settingsParts = [
  { to: "/settings", name: "general", needs: "settings:read" },
  { to: "/settings/directory", name: "directory", needs: "policies:read" },
  { to: "/settings/calendars", name: "calendars", needs: "calendars:read" },
  { to: "/settings/callbacks", name: "callbacks", needs: "settings:read" },
  { to: "/settings/ladders", name: "ladders", needs: "ladders:read" },
  { to: "/settings/people", name: "people", needs: "users:read" },
  { to: "/settings/keys", name: "keys", needs: "keys:read" },
  { to: "/settings/webhooks", name: "webhooks", needs: "webhooks:read" },
  { to: "/settings/audit", name: "audit", needs: "audit:read" },
] as const satisfies readonly Guarded[];

/** The screens that somebody can do anything with. */
export const screensFor = (may: May) => screens.filter(({ needs }) => may(needs));

/** The parts of the settings that somebody may at least look at. */
export const settingsPartsFor = (may: May) => settingsParts.filter(({ needs }) => may(needs));
