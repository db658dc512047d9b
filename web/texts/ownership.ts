import { both } from "./pair.ts";

/** Who keeps the appointments of a company. */
export const ownershipWords = both(
  {
    title: "Who keeps the appointments",
    owner: "Kept by",
    owners: { frontdesk: "Frontdesk", host: "your own platform" },
    ownerHelp: {
      frontdesk: "Booking, moving and cancelling here changes the appointment at once.",
      host: "What is decided here is reserved until your platform has made it in its own appointments and confirms it.",
    },
    minutes: "A change is reserved for",
    minutesHelp: "In minutes, at most a day (1440). When your platform has not confirmed by then, it expires.",
    edit: "Change who keeps the appointments",
    careful:
      "Choose your own platform only once it confirms reservations over the API: otherwise every change expires.",
  },
  {
    title: "Wer die Termine führt",
    owner: "Geführt von",
    owners: { frontdesk: "Frontdesk", host: "Ihrem eigenen Buchungssystem" },
    ownerHelp: {
      frontdesk: "Buchen, Verschieben und Absagen ändern hier sofort den Termin.",
      host: "Was hier entschieden wird, ist vorgemerkt, bis Ihr Buchungssystem den Termin bei sich geändert hat und das bestätigt.",
    },
    minutes: "Eine Änderung bleibt vorgemerkt für",
    minutesHelp:
      "In Minuten, höchstens ein Tag (1440). Hat Ihr Buchungssystem bis dahin nicht bestätigt, läuft sie ab.",
    edit: "Ändern, wer die Termine führt",
    careful:
      "Wählen Sie Ihr Buchungssystem erst, wenn es Vormerkungen über die API bestätigt: Sonst läuft jede Änderung ab.",
  },
);
