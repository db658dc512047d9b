import { z } from "zod";
import { type Cell, csvRoute, everyPage } from "../http/csv.ts";
import { type Route, route } from "../http/route.ts";
import type { Permission } from "../tenant.ts";
import { viewOf } from "./entries.ts";
import { importEntries } from "./import.ts";
import type { Importable } from "./import-lines.ts";
import type { Kind } from "./kinds.ts";
import { type Entry, listEntries } from "./store.ts";

export interface TableResource extends Importable {
  /** Of all of them. */
  readonly path: `/${"branches" | "services" | "staff" | "customers"}`;
  readonly tag: string;
  readonly read: Permission;
  readonly write: Permission;
  readonly id: z.ZodType;
  /** What its schemas are called. */
  readonly schemaName: string;
}

/** A kind as a table: taken from a CSV, and given as one that can be taken again. */
export function tableRoutes(of: TableResource): Route[] {
  return [importRoute(of), exportRoute(of)];
}

function importRoute(of: TableResource): Route {
  const { kind, path, tag, write, id, keys, created, schemaName } = of;
  const names = ["id", ...Object.keys(created.shape)].join(", ");
  const count = z.int().min(0).max(1000);
  const line = z.object({ line: z.int().min(1), action: z.enum(["create", "change", "none"]), id: id.nullable() });
  return route({
    method: "POST",
    path: `${path}/import`,
    tag,
    permission: write,
    summary: `Take ${kind.many} from a CSV: all of it or nothing, and twice is once`,
    description: `A line whose key is there already changes that ${kind.noun}, in the columns that the table has; an empty cell takes the value out, or leaves one that must be there as it is. Mistakes are told by line and column.`,
    body: z
      .strictObject({
        csv: z
          .string()
          .min(1)
          .meta({ description: `As RFC 4180 says, with a line of names: ${names}` }),
        matchBy: z.enum(keys).default(keys[0]).meta({ description: "By what a line is known to be there" }),
        dryRun: z.boolean().default(false).meta({ description: "Says what would be done, and does nothing" }),
      })
      .meta({ id: `${schemaName}Import` }),
    reply: z
      .object({ dryRun: z.boolean(), created: count, changed: count, unchanged: count, lines: z.array(line) })
      .meta({ id: `${schemaName}ImportResult` }),
    handle: ({ db, caller, body }) => importEntries(db, caller, of, body) as Promise<never>,
  });
}

function exportRoute({ kind, path, tag, read }: TableResource): Route {
  const columns = Object.keys(kind.fields).filter((field) => field !== "businessHours");
  const cellsOf = (row: Entry): Cell[] => {
    const view = viewOf(row) as Readonly<Record<string, Cell>>;
    return columns.map((field) => view[field] ?? null);
  };
  return csvRoute({
    path: `${path}/export`,
    tag,
    permission: read,
    summary: `All ${kind.many}, ${kind.order === "name" ? "by name" : "those added last first"}, as CSV`,
    fileName: `${path.slice(1) as "staff"}.csv`,
    columns,
    async *pages({ db, caller }) {
      const pages = everyPage<Entry>((last, limit) =>
        listEntries(db, caller, kind as Kind, { fields: {} }, last, limit),
      );
      for await (const rows of pages) yield rows.map(cellsOf);
    },
  });
}
