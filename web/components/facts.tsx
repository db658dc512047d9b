import type { ReactNode } from "react";

export type Fact = readonly [name: string, value: ReactNode];

/** What there is to say of a thing, a line each; nothing where the value is null or false. */
export function Facts({ of }: { of: readonly Fact[] }) {
  return (
    <dl className="facts">
      {of
        .filter(([, value]) => value !== null && value !== false)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
