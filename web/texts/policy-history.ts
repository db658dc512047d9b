import { both } from "./both.ts";

/** What a policy said before, and going back to it. */
export const historyWords = both(
  {
    inherited: "inherited",
    goBack: "Go back to this",
    goBackTo: (version: number) => `Go back to version ${version}`,
    revertedTo: (version: number) => `back to version ${version}`,
    reverted: (version: number) => `It says again what version ${version} said`,
  },
  {
    inherited: "geerbt",
    goBack: "Hierher zurück",
    goBackTo: (version: number) => `Zurück zu Fassung ${version}`,
    revertedTo: (version: number) => `zurück zu Fassung ${version}`,
    reverted: (version: number) => `Es gilt wieder, was Fassung ${version} sagte`,
  },
);
