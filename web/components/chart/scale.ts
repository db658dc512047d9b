import type { Column } from "./columns.tsx";

const signWidth = 5.6;
const edges = { right: 6, top: 22, bottom: 22, height: 190 } as const;

/** Where on the paper what stands. */
export interface Scale {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly floor: number;
  readonly height: number;
  /** From the middle of a column to that of the next one. */
  readonly step: number;
  /** Values of the axis: nothing, half and all of it. */
  readonly values: readonly number[];
  y(value: number): number;
}

export function scaleOf(columns: readonly Column[], width: number, onAxis: (value: number) => string): Scale {
  const end = axisEnd(Math.max(...columns.map(({ parts }) => sum(parts))));
  const values = [0, end / 2, end];
  const left = 10 + signWidth * Math.max(...values.map((value) => onAxis(value).length));
  const right = width - edges.right;
  const floor = edges.height - edges.bottom;
  return {
    left,
    right,
    top: edges.top,
    floor,
    height: edges.height,
    step: (right - left) / columns.length,
    values,
    y: (value) => floor - (value / end) * (floor - edges.top),
  };
}

/** Which columns are named under the axis: as many as there is room for, evenly, the last one among them. */
export function namedColumns(columns: readonly Column[], step: number): number[] {
  const widest = 4 + signWidth * Math.max(...columns.map(({ tick }) => tick.length));
  // Where not all are named, the last name is moved to the left of its column's end.
  const every = widest <= step ? 1 : Math.ceil((1.5 * widest + 8 - step / 2) / step);
  return [...columns.keys()].filter((index) => (columns.length - 1 - index) % every === 0);
}

/** A number not below the most that halves well. */
function axisEnd(most: number): number {
  if (most <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(most));
  return power * ([1, 2, 4, 6, 8].find((each) => each * power >= most) ?? 10);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0);
}
