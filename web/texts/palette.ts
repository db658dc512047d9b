import { both } from "./both.ts";

export const paletteWords = both(
  {
    title: "Go to…",
    find: "Screen, customer, staff member or number of an appointment",
    nothing: "Nothing is called that.",
    keys: "↑ ↓ choose, Enter goes there, Esc closes",
    book: "Book an appointment",
    addCustomer: "Add a customer",
    settings: (part: string) => `Settings: ${part}`,
    appointment: (id: number) => `Appointment ${id}`,
    customer: (name: string) => `Appointments of ${name}`,
    staff: (name: string) => `Policies for ${name}`,
    branch: (name: string) => `Policies at ${name}`,
  },
  {
    title: "Gehe zu …",
    find: "Ansicht, Kunde, Teammitglied oder Nummer eines Termins",
    nothing: "So heißt nichts.",
    keys: "↑ ↓ wählt, Eingabe geht hin, Esc schließt",
    book: "Termin buchen",
    addCustomer: "Kunden hinzufügen",
    settings: (part: string) => `Einstellungen: ${part}`,
    appointment: (id: number) => `Termin ${id}`,
    customer: (name: string) => `Termine von ${name}`,
    staff: (name: string) => `Regeln für ${name}`,
    branch: (name: string) => `Regeln in ${name}`,
  },
);
