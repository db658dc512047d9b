import { both } from "./both.ts";

/** Asking the policies about an appointment, real or made up. */
export const whatIfWords = both(
  {
    about: "About which appointment",
    kinds: { real: "One that is booked", made: "One that I make up" },
    hint: "As its customer would ask. Nothing is changed, and nothing is kept.",
    branch: "Branch",
    service: "Service",
    staff: "With",
    anybody: "anybody",
    startsAt: "Begins",
    askedAt: "Asked at",
    now: "Left empty: now.",
    used: "Changed already, in 30 days",
    asked: (when: string) => `Asked ${when}, with the policies of now.`,
  },
  {
    about: "Um welchen Termin es geht",
    kinds: { real: "Ein gebuchter", made: "Ein ausgedachter" },
    hint: "So, wie sein Kunde fragen würde. Es wird nichts geändert und nichts aufbewahrt.",
    branch: "Filiale",
    service: "Leistung",
    staff: "Bei",
    anybody: "irgendwem",
    startsAt: "Beginnt",
    askedAt: "Gefragt um",
    now: "Bleibt das leer: jetzt.",
    used: "Schon geändert, in 30 Tagen",
    asked: (when: string) => `Gefragt ${when}, nach den Regeln von jetzt.`,
  },
);
