import { both } from "./both.ts";

/** Around every chart. */
export const chartWords = both({ asTable: "Show as a table" }, { asTable: "Als Tabelle zeigen" });
