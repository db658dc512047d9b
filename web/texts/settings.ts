import { both } from "./both.ts";

/** The parts of the settings. */
export const settingsParts = both(
  {
    label: "Parts of the settings",
    general: "General",
    directory: "Directory",
    calendars: "Opening hours",
    ladders: "Ladders",
    webhooks: "Webhooks",
    audit: "Audit log",
  },
  {
    label: "Teile der Einstellungen",
    general: "Allgemein",
    directory: "Verzeichnis",
    calendars: "Öffnungszeiten",
    ladders: "Eskalation",
    webhooks: "Webhooks",
    audit: "Protokoll",
  },
);
