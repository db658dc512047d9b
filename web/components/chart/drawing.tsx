import type { Column, ColumnsProps } from "./columns.tsx";
import { type Look, useLooks } from "./look.tsx";
import { namedColumns, type Scale, sum } from "./scale.ts";

interface Props extends Pick<ColumnsProps, "series" | "columns" | "line"> {
  readonly scale: Scale;
  /** The column that is looked at. */
  readonly at: number | null;
  onAxis(value: number): string;
}

/** What is seen of a chart of columns; what it says is told beside it. */
export function Drawing({ series, columns, line, scale, at, onAxis }: Props) {
  const { definitions, fillOf } = useLooks();
  const { left, right, top, floor, height, step, values, y } = scale;
  const middleOf = (index: number) => left + (index + 0.5) * step;
  const named = namedColumns(columns, step);
  return (
    <svg width={right} height={height} aria-hidden>
      {definitions}
      {values.map((value) => (
        <g key={value}>
          <line x1={left} x2={right} y1={y(value)} y2={y(value)} className="plot-grid" />
          <text x={left - 6} y={y(value) + 4} textAnchor="end" className="plot-text">
            {onAxis(value)}
          </text>
        </g>
      ))}
      {at !== null && <rect x={left + at * step} y={top} width={step} height={floor - top} className="plot-picked" />}
      {columns.map((column, index) => (
        <Stack
          key={column.name}
          column={column}
          looks={series.map(({ look }) => look)}
          middle={middleOf(index)}
          width={Math.min(44, Math.max(2, step * 0.72))}
          y={y}
          fillOf={fillOf}
        />
      ))}
      {named.map((index) => {
        // With a name wider than its column, the last one ends where the axis does.
        const isLast = index === columns.length - 1 && named.length < columns.length;
        return (
          <text
            key={columns[index]?.name}
            x={isLast ? right : middleOf(index)}
            y={height - 6}
            textAnchor={isLast ? "end" : "middle"}
            className="plot-text"
          >
            {columns[index]?.tick}
          </text>
        );
      })}
      {line && <Mark x={left + line.at * step} name={line.name} scale={scale} />}
    </svg>
  );
}

interface StackProps {
  readonly column: Column;
  readonly looks: readonly Look[];
  readonly middle: number;
  readonly width: number;
  y(value: number): number;
  fillOf(look: Look): string;
}

function Stack({ column: { parts }, looks, middle, width, y, fillOf }: StackProps) {
  return looks.map((look, place) => {
    const below = sum(parts.slice(0, place));
    const top = below + (parts[place] ?? 0);
    return (
      top > below && (
        <rect
          key={look}
          x={middle - width / 2}
          y={y(top)}
          width={width}
          height={y(below) - y(top)}
          className={`plot-${look}`}
          fill={fillOf(look)}
        />
      )
    );
  });
}

function Mark({ x, name, scale: { left, right, floor } }: { x: number; name: string; scale: Scale }) {
  const isAtTheEnd = x > (left + right) / 2;
  return (
    <>
      <line x1={x} x2={x} y1={4} y2={floor} className="plot-line" />
      <text
        x={isAtTheEnd ? x - 6 : x + 6}
        y={13}
        textAnchor={isAtTheEnd ? "end" : "start"}
        className="plot-text plot-mark"
      >
        {name}
      </text>
    </>
  );
}
