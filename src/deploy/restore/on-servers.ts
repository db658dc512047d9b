import { dirname, join } from "node:path";
import { compareWithManifest, loadBackup } from "../backup/load.ts";
import { checkBackup } from "../backup/manifest.ts";
import { underBudget } from "../budget.ts";
import { type Catalogue, differences, readCatalogue } from "../catalogue.ts";
import { unreadableRoutines } from "../check-routines.ts";
import { failpoint } from "../failpoint.ts";
import { markScratch, quoted, type Run } from "../journal.ts";
import { assertFree, createSchema } from "../scratch.ts";
import { openTarget, type Target, urlOfSchema } from "../target.ts";
import type { Work } from "../work.ts";
import { dropDefinitions, replaceDefinitions, writeDefinitions } from "./definitions.ts";
import { exchange, exchangeBack, immovable, isExchanged, removeEmptySchema } from "./exchange-schemas.ts";
import { allPointHere, incomingKeys, obstacleOf, pointHere } from "./incoming-keys.ts";
import { changeNotes, notesOf, preparedNotes } from "./notes.ts";
import type { Way } from "./restoration.ts";
import { uncheckedKeys, unseenKeys, whyUnseen } from "./unseen-keys.ts";

/** What cannot go along from schema to schema, and what would work on its own meanwhile. */
const detached = ["trigger", "event"];

/** On a server: a schema beside the database, and one RENAME TABLE. */
export const onServers: Way = {
  steps: ["restore/detach", "restore/exchange", "restore/definitions", "restore/incoming-keys"],
  async load(work) {
    const { target, run } = work;
    const shadow = `${target.database.slice(0, 56)}_restore`;
    await assertFree(target, shadow);
    await markScratch(target, shadow, run.id);
    await createSchema(target, shadow);
    const loaded = await openTarget(urlOfSchema(target.url, shadow));
    try {
      return await fill(work, loaded);
    } finally {
      await loaded.close();
    }
  },
  async apply(work, step) {
    const { target, patience, settings } = work;
    const { definitions, events, incoming } = preparedNotes(work);
    if (step === 0) return dropDefinitions(target, detached, patience);
    if (step === 1) return exchange(work);
    if (step === 3) return pointHere(target, incoming, patience);
    await replaceDefinitions(target, definitions?.restored ?? "", {
      toolsDir: settings.restore?.toolsDir ?? null,
      patience,
    });
    await failpoint("defined");
    const { others } = await readCatalogue(target);
    for (const name of await asleep(target, others, events)) {
      await underBudget(target, `alter event ${quoted(name)} enable`, patience);
    }
  },
  async undo(work, step) {
    const { target, run, patience, settings } = work;
    const { aside, definitions, incoming } = preparedNotes(work);
    // Keys of other schemas go along with the tables, definitions stand for themselves: both are seen to at the end.
    if (step > 1) return;
    if (step === 1) {
      // Even half of the definitions would hold the tables where they are.
      await dropDefinitions(target, detached, patience);
      return (await isExchanged(target, aside)) ? exchangeBack(work) : undefined;
    }
    if (!sameOthers(run.before, await readCatalogue(target))) {
      const toolsDir = settings.restore?.toolsDir ?? null;
      await replaceDefinitions(target, definitions?.before ?? "", { toolsDir, patience });
    }
    await pointHere(target, incoming, patience);
  },
  async inForce(target, run) {
    const notes = notesOf(run);
    if (notes === null) return 0;
    const { others } = await readCatalogue(target);
    if (!(await isExchanged(target, notes.aside))) return hasDetached(others) ? 0 : 1;
    if (!sameOthers(run.expected ?? run.before, { tables: {}, others })) return 2;
    if ((await asleep(target, others, notes.events)).length > 0) return 2;
    return (await allPointHere(target, notes.incoming)) ? 4 : 3;
  },
  // The rows were compared before anybody was kept out, and an exchange of names does not change them.
  verify: async ({ target, run }) => differences(run.expected ?? run.before, await readCatalogue(target)),
  finish: async () => {},
  leave: ({ target, run }) => removeEmptySchema(target, notesOf(run)?.aside ?? ""),
};

async function fill(work: Work, loaded: Target): Promise<Catalogue> {
  const { target, run, settings, say } = work;
  const { backup = "", toolsDir = null } = settings.restore ?? {};
  const manifest = await checkBackup(backup);
  const events = await loadBackup(backup, manifest, loaded, toolsDir, say);
  await failpoint("loaded");
  const incoming = await incomingKeys(target);
  const unseen = await unseenKeys(target, incoming);
  if (unseen === null) say(uncheckedKeys);
  const obstacles = await Promise.all(incoming.map((key) => obstacleOf(target, key, loaded.database)));
  const wrong = [
    ...(await unreadableRoutines(loaded)),
    ...(await compareWithManifest(loaded, manifest)),
    ...(await immovable(target, loaded.database)),
    ...(await immovable(target, target.database)),
    ...obstacles.filter((obstacle) => obstacle !== null),
    ...(unseen ?? []).map(whyUnseen),
  ];
  if (wrong.length > 0) throw new Error(`This backup cannot be restored here:\n${wrong.join("\n")}`);
  const definitions = definitionFiles(backup, run);
  const otherSchemas = unseen === null ? "not checked" : "checked";
  const found = { shadow: loaded.database, events, incoming, otherSchemas, definitions } as const;
  await changeNotes(work, { ...placesOf(target, run), ...found });
  await writeDefinitions(loaded, definitions.restored, toolsDir);
  await writeDefinitions(target, definitions.before, toolsDir);
  const { tables, others } = await readCatalogue(loaded);
  await dropDefinitions(loaded, detached, work.patience);
  const there = Object.entries(manifest.catalogue.others).filter(([name]) => name in others);
  return { tables, others: Object.fromEntries(there) };
}

function definitionFiles(backup: string, { id }: Run) {
  const file = (what: string) => join(dirname(backup), `${id}.${what}.sql`);
  return { restored: file("restored"), before: file("before") };
}

/** Names that no other run has, of at most 64 characters. */
function placesOf({ database }: Target, { id }: Run) {
  const name = (what: string) => `${database.slice(0, 36)}_${what}_${id.replace(/\W/g, "")}`;
  return { aside: name("aside"), after: name("after") };
}

/** Events that are on in the backup and there, and off. One for a time that is over may have gone. */
async function asleep(target: Target, others: Catalogue["others"], events: readonly string[]): Promise<string[]> {
  const rows = await target.query<{ name: string }>(
    "select event_name as name from information_schema.events where event_schema = ? and status <> 'ENABLED'",
    [target.database],
  );
  const off = new Set(rows.map(({ name }) => name));
  return events.filter((event) => `event ${event}` in others && off.has(event));
}

function hasDetached(others: Catalogue["others"]): boolean {
  return Object.keys(others).some((name) => detached.some((kind) => name.startsWith(`${kind} `)));
}

function sameOthers(one: Catalogue, other: Catalogue): boolean {
  return differences({ tables: {}, others: one.others }, { tables: {}, others: other.others }).length === 0;
}
