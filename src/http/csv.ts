import { z } from "zod";
import type { Permission } from "../tenant.ts";
import type { Context, Definition, Route } from "./route.ts";

export type Cell = string | number | boolean | null;

interface CsvDefinition<Who extends Permission, Query extends z.ZodObject>
  extends Pick<
    Definition<Who, Nothing, Query, z.ZodUndefined, z.ZodString>,
    "path" | "tag" | "permission" | "summary" | "query"
  > {
  readonly fileName: `${string}.csv`;
  readonly columns: readonly string[];
  /** Rows of cells in the columns' order, some at a time: no more are read before those are sent. */
  readonly pages: (
    context: Context<z.output<Nothing>, z.output<Query>, undefined, Who>,
  ) => AsyncIterable<readonly (readonly Cell[])[]>;
}

type Nothing = z.ZodObject<Record<never, never>>;

/** A GET that answers with a table as RFC 4180 says, which a spreadsheet may open: no cell is a formula. */
export function csvRoute<const Who extends Permission, Query extends z.ZodObject = Nothing>(
  definition: CsvDefinition<Who, Query>,
): Route {
  const { fileName, columns, pages, ...rest } = definition;
  async function* parts(context: unknown) {
    let head = csvLine(columns);
    for await (const rows of pages(context as Parameters<typeof pages>[0])) {
      yield head + rows.map(csvLine).join("");
      head = "";
    }
    if (head !== "") yield head;
  }
  return {
    ...rest,
    method: "GET",
    description: `CSV as in RFC 4180, with a line of names. ${guardDescription}`,
    reply: z.string(),
    file: { type: "text/csv; charset=utf-8; header=present", name: fileName },
    handle: async (context) => parts(context),
  };
}

const guardDescription =
  "A text that a spreadsheet would take for a formula (it begins with =, +, -, @, a tab or a line break) has a ' before it.";

/** With the line break at its end. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(",")}\r\n`;
}

/** A number cannot be a formula, though it begins with a minus. */
function cellText(cell: Cell): string {
  if (typeof cell !== "string") return cell === null ? "" : String(cell);
  const text = formula.test(cell) ? `'${cell}` : cell;
  return special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The wide forms too, which some spreadsheets read as the narrow ones; and what looks guarded, or reading would take it off. */
const formula = /^'*[=+\-@\t\r\n＝＋－＠]/;
/** In quotes stands also what another program would take for the end of a cell, and a formula after it. */
const special = /[",;\t\r\n]|^\s|\s$/;

/** All rows of a list whose pages begin after a row. @param read gets the last row of the page before, null for none */
export async function* everyPage<Row>(
  read: (last: Row | null, limit: number) => Promise<readonly Row[]>,
  rowsAtOnce = 500,
): AsyncGenerator<readonly Row[]> {
  for (let last: Row | null = null; ; ) {
    const rows: readonly Row[] = await read(last, rowsAtOnce);
    if (rows.length > 0) yield rows;
    if (rows.length < rowsAtOnce) return;
    last = rows.at(-1) as Row;
  }
}
