import { both } from "./both.ts";

/** The parts of the settings. */
export const settingsParts = both(
  {
    label: "Parts of the settings",
    general: "General",
    directory: "Directory",
    calendars: "Opening hours",
    callbacks: "Callbacks",
    ladders: "Ladders",
    people: "People",
    keys: "API keys",
    webhooks: "Webhooks",
    audit: "Audit log",
  },
  {
    label: "Teile der Einstellungen",
    general: "Allgemein",
    directory: "Verzeichnis",
    calendars: "Öffnungszeiten",
    callbacks: "Rückrufe",
    ladders: "Eskalation",
    people: "Personen",
    keys: "API-Schlüssel",
    webhooks: "Webhooks",
    audit: "Protokoll",
  },
);
