import type { Series } from "./columns.tsx";
import { useLooks } from "./look.tsx";

export function Legend({ series }: { series: readonly Series[] }) {
  return (
    <ul className="legend">
      {series.map(({ name, look }) => (
        <li key={name}>
          <Swatch look={look} />
          {name}
        </li>
      ))}
    </ul>
  );
}

function Swatch({ look }: Pick<Series, "look">) {
  const { definitions, fillOf } = useLooks();
  return (
    <svg width={16} height={12} aria-hidden>
      {definitions}
      <rect x={0.5} y={0.5} width={15} height={11} className={`plot-${look}`} fill={fillOf(look)} />
    </svg>
  );
}
