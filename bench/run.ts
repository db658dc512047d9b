import { arch, availableParallelism, cpus, platform, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { benchLateness } from "./callback-lateness.ts";
import { benchCallbacks } from "./callbacks.ts";
import { benchCancel } from "./cancel.ts";
import { benchDecide } from "./decide.ts";
import { benchDeploy } from "./deploy.ts";
import { benchEffective } from "./effective.ts";
import { benchNotifications } from "./notifications.ts";
import { benchQuota } from "./quota.ts";
import { benchRead } from "./read.ts";
import { benchRestore } from "./restore.ts";
import type { BenchTable } from "./table.ts";
import { benchTenantGuard } from "./tenant-guard.ts";

/** Every measurement by its name, in the order in which they run. */
const benches: Readonly<Record<string, () => Promise<BenchTable>>> = {
  decide: benchDecide,
  quota: benchQuota,
  cancel: benchCancel,
  read: benchRead,
  effective: benchEffective,
  callbacks: benchCallbacks,
  lateness: benchLateness,
  notifications: benchNotifications,
  deploy: benchDeploy,
  restore: benchRestore,
  "tenant-guard": benchTenantGuard,
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" } } });
const wanted = positionals.length === 0 ? Object.keys(benches) : positionals;
const unknown = wanted.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}.`);
  process.exit(2);
}

const machine = {
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
  platform: `${platform()} ${arch()}`,
  node: process.version,
};
if (!values.json) console.log(Object.values(machine).join(" · "));

const tables: BenchTable[] = [];
for (const name of wanted) {
  const table = await (benches[name] as () => Promise<BenchTable>)();
  tables.push(table);
  if (!values.json) print(table);
}
if (values.json) console.log(JSON.stringify({ ...machine, tables }, null, 2));

function print({ name, columns, rows, note }: BenchTable): void {
  console.log(`\n${name}`);
  console.table(rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))));
  if (note) console.log(note);
}
