import { Alert } from "@mantine/core";
import { Problem } from "../api/client.ts";
import { useCountdown } from "../components/countdown.tsx";
import { Failure } from "../components/failure.tsx";
import { useWords } from "../texts/both.ts";
import { entryWords } from "../texts/entry.ts";
import { shared } from "../texts/shared.ts";

interface Props {
  readonly failure: Error | null;
  /** What is said to who is not who they say. */
  readonly wrong: string;
  /** Another value for another try: its wait is counted anew. */
  readonly tries: number;
}

export function SignInFailure({ failure, wrong, tries }: Props) {
  if (failure === null) return null;
  if (!(failure instanceof Problem)) return <Failure error={failure} />;
  if (failure.status === 429) return <TooOften key={tries} seconds={failure.retryAfterSeconds ?? 60} />;
  if (failure.code !== "signInFailed") return <Failure error={failure} />;
  return <Alert color="red" className="notice danger" variant="outline" role="alert" title={wrong} />;
}

function TooOften({ seconds }: { seconds: number }) {
  const { tooOften, retryIn } = useWords(entryWords);
  const { failures } = useWords(shared);
  const left = useCountdown(seconds);
  return (
    <Alert color="yellow" className="notice warning" variant="outline" role="alert" title={tooOften}>
      <span aria-live="off">
        {left === 0 ? failures.retryNow : retryIn(Math.floor(left / 60), String(left % 60).padStart(2, "0"))}
      </span>
    </Alert>
  );
}
