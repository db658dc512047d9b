import { both } from "./both.ts";

export const appointmentSelectWords = both(
  {
    label: "Appointment",
    pick: "Choose an appointment",
    none: "There are no coming appointments here.",
  },
  {
    label: "Termin",
    pick: "Termin wählen",
    none: "Hier stehen keine Termine an.",
  },
);
