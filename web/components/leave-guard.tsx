import { useBlocker } from "@tanstack/react-router";
import { Confirm } from "./confirm.tsx";

interface Props {
  /** Whether something would be lost. */
  readonly isActive: boolean;
  readonly title: string;
  readonly text: string;
  /** What the button says that leaves. */
  readonly action: string;
}

/** Asks before a link, the way back or a closed tab loses what was written. */
export function LeaveGuard({ isActive, title, text, action }: Props) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => isActive,
    enableBeforeUnload: () => isActive,
    withResolver: true,
  });
  if (status !== "blocked") return null;
  return (
    <Confirm title={title} action={action} isBusy={false} isDangerous onConfirm={proceed} onClose={reset}>
      {text}
    </Confirm>
  );
}
