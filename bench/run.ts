import { benchDecide } from "./decide.ts";
import { benchNotifications } from "./notifications.ts";
import type { BenchTable } from "./table.ts";
import { benchTenantGuard } from "./tenant-guard.ts";

/** Every measurement, one list. `--json` prints them for programs. */
const benches: readonly (() => Promise<BenchTable>)[] = [benchDecide, benchTenantGuard, benchNotifications];

const tables: BenchTable[] = [];
for (const bench of benches) tables.push(await bench());
if (process.argv.includes("--json")) console.log(JSON.stringify(tables, null, 2));
else for (const table of tables) print(table);

function print({ name, columns, rows, note }: BenchTable): void {
  console.log(`\n${name}`);
  console.table(rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))));
  if (note) console.log(note);
}
