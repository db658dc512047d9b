import { Anchor, Button, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";

interface Props {
  readonly children: ReactNode;
  /** What the button says. */
  readonly submit: string;
  readonly isBusy: boolean;
  /** Other ways in, or back. */
  readonly others: readonly { readonly label: string; go(): void }[];
  onSubmit(): void;
}

/** One step on the way in. */
export function EntryForm({ children, submit, isBusy, others, onSubmit }: Props) {
  function onForm(event: FormEvent) {
    event.preventDefault();
    onSubmit();
  }
  return (
    <form onSubmit={onForm}>
      <Stack gap="md">
        {children}
        <Button type="submit" loading={isBusy} fullWidth>
          {submit}
        </Button>
        <div className="other-ways">
          {others.map(({ label, go }) => (
            <Anchor key={label} component="button" type="button" size="sm" onClick={go}>
              {label}
            </Anchor>
          ))}
        </div>
      </Stack>
    </form>
  );
}
