import { copyFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { compareRows, compareWithManifest } from "../backup/load.ts";
import { checkBackup } from "../backup/manifest.ts";
import { differences, readCatalogue } from "../catalogue.ts";
import { beginTransaction } from "../execute.ts";
import { failpoint } from "../failpoint.ts";
import { markScratch, type Run, stepsOf } from "../journal.ts";
import { fileOf, openTarget, type Target } from "../target.ts";
import type { Work } from "../work.ts";
import { attachShadow, copyTo, replaceContent, uncopyable } from "./exchange-contents.ts";
import { changeNotes, notesOf, preparedNotes } from "./notes.ts";
import type { Way } from "./restoration.ts";

/** On SQLite: a file beside the database, and one transaction, since processes keep the database's own file open. */
export const onSqlite: Way = {
  steps: ["restore/exchange"],
  async load(work) {
    const { target, run, settings } = work;
    const { backup = "" } = settings.restore ?? {};
    const manifest = await checkBackup(backup);
    const shadow = join(dirname(backup), `${run.id}.restore`);
    await markScratch(target, shadow, run.id);
    copyFileSync(join(dirname(backup), manifest.file), shadow);
    await failpoint("loaded");
    const loaded = await openTarget(`sqlite:${shadow}`);
    try {
      const wrong = [
        ...(await compareWithManifest(loaded, manifest)),
        ...(await uncopyable(loaded)),
        ...(await uncopyable(target)),
      ];
      if (wrong.length > 0) throw new Error(`This backup cannot be restored here:\n${wrong.join("\n")}`);
      await changeNotes(work, {
        ...placesOf(target, run),
        shadow,
        events: [],
        incoming: [],
        otherSchemas: null,
        definitions: null,
      });
      return await readCatalogue(loaded);
    } finally {
      await loaded.close();
    }
  },
  async apply(work) {
    const { aside } = preparedNotes(work);
    await copyTo(work.target, aside);
    await failpoint("copied aside");
    await replaceContent(work.target);
  },
  async undo(work) {
    const { target } = work;
    const { after, opened } = preparedNotes(work);
    if (opened) await copyTo(target, after);
    await replaceContent(target);
  },
  async inForce(target, run) {
    if (notesOf(run) === null) return 0;
    return (await stepsOf(target, run.id)).some(({ state }) => state === "done") ? 1 : 0;
  },
  async verify({ target, run }) {
    const found = await readCatalogue(target);
    const { backup } = notesOf(run) ?? {};
    const rows = backup === undefined ? [] : await compareRows(target, backup, Object.keys(found.tables));
    return [...differences(run.expected ?? run.before, found), ...rows];
  },
  async finish({ target }) {
    await target.reopen();
  },
  async leave({ target, run }) {
    await target.reopen();
    const { aside } = notesOf(run) ?? {};
    if (aside !== undefined) rmSync(aside, { force: true });
  },
};

/** Opens the transaction of a step, with what it copies from attached. */
export async function beginExchange(work: Work, direction: "forward" | "back"): Promise<void> {
  const { shadow, aside } = preparedNotes(work);
  await work.target.reopen();
  await attachShadow(work.target, direction === "forward" ? shadow : aside);
  await beginTransaction(work, direction);
}

function placesOf({ url }: Target, { id }: Run) {
  const name = (what: string) => `${fileOf(url)}.${what}-${id.replace(/\W/g, "")}.db`;
  return { aside: name("aside"), after: name("after") };
}
