/** How a text travels as SMS: in GSM-7 as long as every character is in its table, else all of it in UCS-2. */
export interface Segments {
  readonly encoding: "GSM-7" | "UCS-2";
  /** Septets, or 16-bit units. */
  readonly units: number;
  readonly segments: number;
}

const basic = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Each takes two septets. */
const extended = new Set("^{}\\[~]|€\f");

export function segmentsOf(text: string): Segments {
  const characters = [...text];
  if (characters.every((character) => basic.has(character) || extended.has(character))) {
    const units = characters.map((character) => (extended.has(character) ? 2 : 1));
    return { encoding: "GSM-7", units: sum(units), segments: packed(units, 160, 153) };
  }
  const units = characters.map((character) => character.length);
  return { encoding: "UCS-2", units: sum(units), segments: packed(units, 70, 67) };
}

/** A character of two units is not split between two segments. */
function packed(units: readonly number[], alone: number, each: number): number {
  if (sum(units) <= alone) return 1;
  let [segments, used] = [1, 0];
  for (const size of units) {
    if (used + size > each) [segments, used] = [segments + 1, 0];
    used += size;
  }
  return segments;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
