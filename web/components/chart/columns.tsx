import { useElementSize } from "@mantine/hooks";
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { Chart } from "./chart.tsx";
import { Drawing } from "./drawing.tsx";
import { Legend } from "./legend.tsx";
import type { Look } from "./look.tsx";
import { scaleOf } from "./scale.ts";

export interface Series {
  readonly name: string;
  readonly look: Look;
}

export interface Column {
  /** In the table and the tooltip. */
  readonly name: string;
  /** Under the axis, where there is room. */
  readonly tick: string;
  /** One of each series, from the axis up. */
  readonly parts: readonly number[];
}

export interface Line {
  /** How many columns lie to its left, in part too. */
  readonly at: number;
  readonly name: string;
}

export interface ColumnsProps {
  readonly title: string;
  readonly summary: string;
  /** What a column is, such as a day. */
  readonly what: string;
  readonly series: readonly Series[];
  readonly columns: readonly Column[];
  readonly line?: Line | undefined;
  inWords(value: number): string;
  onAxis?(value: number): string;
}

/** Columns, stacked where there are several series. One is looked at by pointer or by arrow keys. */
export function Columns({ title, summary, what, series, columns, line, inWords, onAxis = inWords }: ColumnsProps) {
  const { ref, width } = useElementSize();
  const [at, setAt] = useState<number | null>(null);
  const last = columns.length - 1;
  const scale = scaleOf(columns, width, onAxis);
  const partsOf = (column: Column | undefined) =>
    series.map(({ name }, index) => `${name}: ${inWords(column?.parts[index] ?? 0)}`);
  const shown = columns[at ?? last];
  const pick = (index: number) => setAt(Math.min(last, Math.max(0, index)));
  function onKeyDown(event: KeyboardEvent) {
    const to = { ArrowLeft: (at ?? 1) - 1, ArrowRight: (at ?? last) + 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    pick(to);
  }
  function onPointer({ clientX, currentTarget }: PointerEvent) {
    pick(Math.floor((clientX - currentTarget.getBoundingClientRect().left - scale.left) / scale.step));
  }
  return (
    <Chart
      title={title}
      summary={summary}
      head={[what, ...series.map(({ name }) => name)]}
      rows={columns.map(({ name, parts }) => [name, ...parts.map(inWords)])}
    >
      {series.length > 1 && <Legend series={series} />}
      <div
        ref={ref}
        className="plot"
        role="slider"
        tabIndex={0}
        aria-label={`${title}: ${what}`}
        aria-valuemin={1}
        aria-valuemax={columns.length}
        aria-valuenow={(at ?? last) + 1}
        aria-valuetext={[shown?.name, ...partsOf(shown)].join(", ")}
        onKeyDown={onKeyDown}
        onFocus={() => pick(at ?? last)}
        onBlur={() => setAt(null)}
        onPointerDown={onPointer}
        onPointerMove={onPointer}
        onPointerLeave={({ pointerType }) => pointerType === "mouse" && setAt(null)}
      >
        {width > 0 && <Drawing series={series} columns={columns} line={line} scale={scale} at={at} onAxis={onAxis} />}
        {at !== null && (
          <div
            className="plot-tip"
            aria-hidden
            style={
              at < columns.length / 2
                ? { left: scale.left + (at + 1) * scale.step + 4 }
                : { right: width - scale.left - at * scale.step + 4 }
            }
          >
            <strong>{shown?.name}</strong>
            {partsOf(shown).map((part) => (
              <span key={part}>{part}</span>
            ))}
          </div>
        )}
      </div>
    </Chart>
  );
}
