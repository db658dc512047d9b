import { both } from "./pair.ts";

/** How an appointment stands. */
export const appointmentStatuses = both(
  {
    pending: "to be confirmed",
    scheduled: "scheduled",
    confirmed: "confirmed",
    booked: "booked",
    in_progress: "going on",
    completed: "completed",
    cancelled: "cancelled",
    no_show: "did not come",
  },
  {
    pending: "noch zu bestätigen",
    scheduled: "geplant",
    confirmed: "bestätigt",
    booked: "gebucht",
    in_progress: "läuft gerade",
    completed: "erledigt",
    cancelled: "abgesagt",
    no_show: "nicht erschienen",
  },
);
