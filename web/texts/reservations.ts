import { both } from "./both.ts";

/** Changes that the company's own platform has yet to make. */
export const reservationWords = both(
  {
    title: "Waits for your platform",
    cancel: "Decided: this appointment is to be cancelled.",
    reschedule: (when: string) => `Decided: this appointment is to be moved to ${when}.`,
    until: (when: string, left: string) => `Your platform has until ${when} to make the change (${left} left).`,
    help: "It is made there. Until then the appointment stays as it is, and the change counts against the quota.",
    confirm: "It is made",
    withdraw: "Withdraw…",
    withdrawTitle: "Withdraw the change?",
    withdrawText: "Nothing is changed, and the quota is free again. Tell the customer if they were promised it.",
    withdrawAction: "Withdraw the change",
    done: { confirmation: "The change is confirmed", withdrawal: "The change is withdrawn" },
    earlier: "Changes decided for your platform",
    types: { cancel: "Cancellation", reschedule: "Move" },
    statuses: { reserved: "waits", confirmed: "confirmed", expired: "expired, not made", withdrawn: "withdrawn" },
    reserved: (when: string) => `The change is reserved: your platform has until ${when} to make it.`,
    byPlatform: "Your platform keeps the appointments: book, confirm and complete them there. They are seen here.",
  },
  {
    title: "Wartet auf Ihr Buchungssystem",
    cancel: "Entschieden: Dieser Termin soll abgesagt werden.",
    reschedule: (when: string) => `Entschieden: Dieser Termin soll verschoben werden auf ${when}.`,
    until: (when: string, left: string) => `Ihr Buchungssystem hat dafür Zeit bis ${when} (noch ${left}).`,
    help: "Geändert wird dort. Bis dahin bleibt der Termin, wie er ist, und die Änderung zählt schon mit.",
    confirm: "Ist dort geändert",
    withdraw: "Zurückziehen…",
    withdrawTitle: "Änderung zurückziehen?",
    withdrawText:
      "Nichts wird geändert, und sie zählt nicht mehr mit. Sagen Sie es dem Kunden, falls sie ihm zugesagt war.",
    withdrawAction: "Änderung zurückziehen",
    done: { confirmation: "Die Änderung ist bestätigt", withdrawal: "Die Änderung ist zurückgezogen" },
    earlier: "Für Ihr Buchungssystem entschieden",
    types: { cancel: "Absage", reschedule: "Verschiebung" },
    statuses: { reserved: "wartet", confirmed: "bestätigt", expired: "abgelaufen", withdrawn: "zurückgezogen" },
    reserved: (when: string) => `Die Änderung ist vorgemerkt: Ihr Buchungssystem hat dafür Zeit bis ${when}.`,
    byPlatform:
      "Ihr Buchungssystem führt die Termine: Gebucht, bestätigt und erledigt wird dort. Hier sind sie zu sehen.",
  },
);
