import { both } from "./both.ts";

export const matrixWords = both(
  {
    place: "Where it applies",
    branch: "Branch",
    service: "Service",
    staff: "Staff member",
    wholeCompany: "whole company",
    anyService: "any service",
    anybody: "anybody",
    changesFor: "What you change here counts for",
    ownAt: "Something is set at",
    ownCount: (count: number) => (count === 1 ? "1 setting of its own" : `${count} settings of its own`),
    nothingOwn: "Nothing is set anywhere yet: the default applies everywhere.",
    states: { on: "on", reserve: "in reserve", off: "off" },
    legend: {
      on: "is used",
      reserve: "only where the other way does not reach anybody, or fails",
      off: "is not used",
    },
    here: "set here",
    from: (place: string, level: string) => `from ${place} (${level})`,
    cell: (event: string, channel: string) => `${event} by ${channel}: `,
    cellTitle: (event: string, channel: string) => `${event} · ${channel}`,
    fallback: (channel: string) => `If it fails: ${channel}`,
    noFallback: "If it fails: nothing else",
    tries: (retries: number, minutes: string) =>
      retries === 0
        ? "Tried once"
        : retries === 1
          ? `Tried once more after ${minutes}`
          : `Tried ${retries} more times: after ${minutes}, then twice as long each time`,
    otherText: (name: string) => `In the words of “${name}”`,
    turnOn: "On here",
    turnOff: "Off here",
    inherit: "Inherit",
    settings: "Fallback and retries…",
    toText: "To the text",
    dryRun: "Who would be told?",
    saved: "Saved",
    onlyOrToo: {
      title: "Only this way, or the others too?",
      text: (place: string, event: string) =>
        `As soon as something is switched on for ${place}, only what is on there counts for “${event}”, and no longer what was inherited:`,
      alone: (channel: string) => `Only ${channel}`,
      too: (channels: string) => `${channels} too`,
    },
    editor: {
      title: (event: string, channel: string, place: string) => `${event} · ${channel}: ${place}`,
      fallback: "If it fails or reaches nobody",
      nothing: "nothing else",
      retryCount: "Further tries",
      retryCountHelp: "After the first one, where the failure may pass.",
      retryDelay: "Minutes before the first of them",
      retryDelayHelp: "Twice as long before each next one.",
      template: "Text",
      usual: "the usual one",
    },
  },
  {
    place: "Wo es gilt",
    branch: "Filiale",
    service: "Leistung",
    staff: "Mitarbeiter",
    wholeCompany: "ganzes Unternehmen",
    anyService: "jede Leistung",
    anybody: "alle",
    changesFor: "Was Sie hier ändern, gilt für",
    ownAt: "Etwas festgelegt ist bei",
    ownCount: (count: number) => (count === 1 ? "1 eigene Einstellung" : `${count} eigene Einstellungen`),
    nothingOwn: "Noch ist nirgends etwas festgelegt: Überall gilt die Voreinstellung.",
    states: { on: "an", reserve: "ersatzweise", off: "aus" },
    legend: {
      on: "wird benutzt",
      reserve: "nur, wo der andere Weg niemanden erreicht oder scheitert",
      off: "wird nicht benutzt",
    },
    here: "hier festgelegt",
    from: (place: string, level: string) => `von ${place} (${level})`,
    cell: (event: string, channel: string) => `${event} per ${channel}: `,
    cellTitle: (event: string, channel: string) => `${event} · ${channel}`,
    fallback: (channel: string) => `Wenn es scheitert: ${channel}`,
    noFallback: "Wenn es scheitert: nichts weiter",
    tries: (retries: number, minutes: string) =>
      retries === 0
        ? "Ein einziger Versuch"
        : retries === 1
          ? `Noch ein Versuch nach ${minutes}`
          : `Noch ${retries} Versuche: nach ${minutes}, dann jedes Mal doppelt so spät`,
    otherText: (name: string) => `Mit den Worten von „${name}“`,
    turnOn: "Hier an",
    turnOff: "Hier aus",
    inherit: "Übernehmen",
    settings: "Ersatz und Versuche …",
    toText: "Zum Text",
    dryRun: "Probelauf",
    saved: "Gespeichert",
    onlyOrToo: {
      title: "Nur dieser Weg oder auch die anderen?",
      text: (place: string, event: string) =>
        `Sobald für ${place} etwas eingeschaltet ist, zählt bei „${event}“ nur noch, was dort an ist, und nicht mehr, was übernommen wurde:`,
      alone: (channel: string) => `Nur ${channel}`,
      too: (channels: string) => `Auch ${channels}`,
    },
    editor: {
      title: (event: string, channel: string, place: string) => `${event} · ${channel}: ${place}`,
      fallback: "Wenn es scheitert oder niemanden erreicht",
      nothing: "nichts weiter",
      retryCount: "Weitere Versuche",
      retryCountHelp: "Nach dem ersten, wo das Hindernis vorübergehen kann.",
      retryDelay: "Minuten bis zum ersten davon",
      retryDelayHelp: "Vor jedem nächsten doppelt so lange.",
      template: "Text",
      usual: "der übliche",
    },
  },
);
