import { appointmentWords } from "../../texts/appointments.ts";
import { useWords } from "../../texts/both.ts";
import type { Appointment } from "./data.ts";

const tones: Record<Appointment["status"], string> = {
  pending: "warning",
  scheduled: "",
  confirmed: "good",
  booked: "",
  in_progress: "good",
  completed: "quiet",
  cancelled: "quiet",
  no_show: "danger",
};

export function StatusMark({ status }: { status: Appointment["status"] }) {
  const { statuses } = useWords(appointmentWords);
  return <span className={`mark ${tones[status]}`}>{statuses[status]}</span>;
}
