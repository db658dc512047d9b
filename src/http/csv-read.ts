import { invalid } from "../errors.ts";

/** A line of a table, by the names in its first line. A cell that is empty is null. */
export interface CsvRow {
  /** As a text editor counts them: a cell may hold line breaks. */
  readonly line: number;
  readonly cells: Readonly<Record<string, string | null>>;
}

/**
 * Reads a table as RFC 4180 says, with a line of names. What an export of ours wrote reads as it was: the ' before what a
 * spreadsheet would take for a formula is left out.
 * @throws Refusal validationFailed at `pointer`, naming the line
 */
export function readCsv(
  text: string,
  pointer: string,
): { readonly columns: readonly string[]; readonly rows: CsvRow[] } {
  const [head, ...lines] = linesOf(text.replace(/^\uFEFF/, ""), pointer).filter(
    ({ cells }) => cells.length > 1 || cells[0] !== "",
  );
  if (!head) throw invalid(pointer, "is empty; its first line names the columns, separated by commas");
  const columns = head.cells.map((name) => name.trim());
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(pointer, `names the column "${twice}" twice in its first line`);
  const rows = lines.map(({ line, cells }) => {
    if (cells.length !== columns.length) {
      throw invalid(
        pointer,
        `has ${cells.length} cells in line ${line} and ${columns.length} columns; put cells that hold a comma in quotes`,
      );
    }
    return { line, cells: Object.fromEntries(columns.map((name, index) => [name, withoutGuard(cells[index] ?? "")])) };
  });
  return { columns, rows };
}

const guard = /^'(?='*[=+\-@\t\r\n＝＋－＠])/;

function withoutGuard(cell: string): string | null {
  return cell === "" ? null : cell.replace(guard, "");
}

interface Line {
  readonly line: number;
  readonly cells: string[];
}

/** A quote opens a cell only at its beginning, and ends it only before a comma or a line break. */
const token = /"((?:[^"]|"")*)"(?=,|\r?\n|$)|([^",\r\n]*)(?=,|\r?\n|$)/y;

function linesOf(text: string, pointer: string): Line[] {
  const lines: Line[] = [];
  let [at, line] = [0, 1];
  let current: Line = { line, cells: [] };
  while (at <= text.length) {
    token.lastIndex = at;
    const found = token.exec(text);
    if (!found)
      throw invalid(pointer, `has a quote in line ${line} that is not closed, or that is not doubled within quotes`);
    const [whole, quoted, plain = ""] = found;
    current.cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += whole.split("\n").length - 1;
    at += whole.length;
    if (text[at] === ",") {
      at++;
      continue;
    }
    lines.push(current);
    if (at >= text.length) break;
    at += text[at] === "\r" ? 2 : 1;
    line++;
    current = { line, cells: [] };
  }
  return lines;
}
