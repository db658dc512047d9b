import { both } from "./both.ts";

/** Doing the same to many callbacks. */
export const bulkWords = both(
  {
    label: "Several at once",
    select: (name: string) => `Select the callback of ${name}`,
    selectAll: (count: number) => (count === 1 ? "Select the one shown" : `Select all ${count} shown`),
    selected: (count: number) => `${count} selected`,
    column: "Selected",
    contact: "Mark contacted",
    complete: "Done…",
    cancel: "Cancel…",
    completeTitle: (count: number) => (count === 1 ? "1 callback is done" : `${count} callbacks are done`),
    completeAction: "Mark as done",
    completeHelp: "Those that nobody had called yet count as called now.",
    cancelTitle: (count: number) => (count === 1 ? "Cancel 1 callback" : `Cancel ${count} callbacks`),
    cancelAction: "Cancel the callbacks",
    cancelHelp: "Nobody is called any more. A cancelled callback cannot be opened again.",
    reason: "Why",
    results: "What became of them",
    deeds: { assign: "Assigning", contact: "Marking as contacted", complete: "Marking as done", cancel: "Cancelling" },
    going: (deed: string, count: number, total: number) => `${deed}: ${count} of ${total}`,
    over: (deed: string, done: number, failed: number) =>
      `${deed}: ${done} done${failed === 0 ? "" : `, ${failed} not done`}`,
    doneOnes: (count: number) => (count === 1 ? "1 done" : `${count} done`),
    stillSelected: (count: number): string =>
      count === 1 ? "The one that was not done is still selected." : "Those that were not done are still selected.",
  },
  {
    label: "Mehrere auf einmal",
    select: (name: string) => `Rückruf von ${name} auswählen`,
    selectAll: (count: number) => (count === 1 ? "Den gezeigten auswählen" : `Alle ${count} gezeigten auswählen`),
    selected: (count: number) => `${count} ausgewählt`,
    column: "Ausgewählt",
    contact: "Wird angerufen",
    complete: "Erledigt…",
    cancel: "Absagen…",
    completeTitle: (count: number) => (count === 1 ? "1 Rückruf ist erledigt" : `${count} Rückrufe sind erledigt`),
    completeAction: "Als erledigt eintragen",
    completeHelp: "Wen noch niemand angerufen hatte, gilt jetzt als angerufen.",
    cancelTitle: (count: number) => (count === 1 ? "1 Rückruf absagen" : `${count} Rückrufe absagen`),
    cancelAction: "Rückrufe absagen",
    cancelHelp: "Es ruft dann niemand mehr an. Ein abgesagter Rückruf lässt sich nicht wieder öffnen.",
    reason: "Warum",
    results: "Was daraus wurde",
    deeds: { assign: "Zuteilen", contact: "Anruf eintragen", complete: "Als erledigt eintragen", cancel: "Absagen" },
    going: (deed: string, count: number, total: number) => `${deed}: ${count} von ${total}`,
    over: (deed: string, done: number, failed: number) =>
      `${deed}: ${done} erledigt${failed === 0 ? "" : `, ${failed} nicht erledigt`}`,
    doneOnes: (count: number) => `${count} erledigt`,
    stillSelected: (count: number): string =>
      count === 1 ? "Der eine bleibt ausgewählt." : "Die übrigen bleiben ausgewählt.",
  },
);
