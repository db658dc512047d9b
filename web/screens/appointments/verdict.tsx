import { appointmentWords } from "../../texts/appointments.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";

interface Props {
  readonly allowed: boolean;
  readonly feeCents: number;
  readonly currency: string;
}

/** May it happen, and for how much. */
export function Verdict({ allowed, feeCents, currency }: Props) {
  const words = useWords(appointmentWords);
  const fee = useFee();
  return (
    <span className={allowed ? "good" : "danger"}>
      {allowed ? `${words.allowed}, ${fee(feeCents, currency)}` : words.denied}
    </span>
  );
}

/** A fee in words: free, or how much. */
export function useFee(): (cents: number, currency: string) => string {
  const { format } = useSpeech();
  const words = useWords(appointmentWords);
  return (cents, currency) => (cents === 0 ? words.free : words.fee(format.money(cents, currency)));
}
