/** Why a platform's own table did not take a row: by a rule of the platform's, which ours does not have. */
export interface HostRefusal {
  /** The platform's column that it is about, where the server says so. */
  readonly column: string | null;
  /** `value`: another value of the column may pass. `table`: nothing that can be sent does. */
  readonly about: "value" | "table";
  /** What is wrong, and what to do instead. Holds no value of a row. */
  readonly message: string;
}

/**
 * What the server's error says of a platform's rules: columns that must have a value and that we know nothing of, keys,
 * checks, triggers, rights. Null for every other error.
 */
export function hostRefusal(error: unknown, table: string): HostRefusal | null {
  if (!(error instanceof Error) || !("errno" in error)) return null;
  const rule = rules[error.errno as number];
  if (rule === undefined) return null;
  const column = rule.names?.exec(error.message)?.[1] ?? null;
  return { column, about: rule.about, message: rule.message(table, column ?? "one of them") };
}

interface Rule {
  readonly about: HostRefusal["about"];
  /** Where in the server's message the column stands. */
  readonly names?: RegExp;
  readonly message: (table: string, column: string) => string;
}

const field = /[Ff]ield '([^']+)'/;
/** `name`, or with its table and database before it. */
const ofColumn = /[Cc]olumn (?:[`'][^`']+[`']\.)*[`']([^`']+)[`']/;

const unmet: Rule = {
  about: "table",
  message: (table) => `A rule of the platform's table ${table} forbids it. Do it in the platform itself.`,
};
const noRight: Rule = {
  about: "table",
  message: (table) =>
    `Frontdesk's database user may not write the platform's table ${table}. Grant it, or do it in the platform itself.`,
};
const value = (what: string): Rule => ({
  about: "value",
  names: ofColumn,
  message: (table, column) => `The platform's column ${table}.${column} ${what}. Send another value.`,
});

const rules: Readonly<Record<number, Rule>> = {
  // Of a column that has no default.
  1364: {
    about: "table",
    names: field,
    message: (table, column) =>
      `The platform's table ${table} wants a value for its column ${column}, which is none that can be sent here. Do it in the platform itself.`,
  },
  1048: value("takes no null"),
  1406: value("takes no text as long as this"),
  1264: value("takes no number as large as this"),
  1265: value("does not take this value"),
  1366: value("does not take this value"),
  1062: {
    about: "table",
    message: (table) => `Another row of the platform's table ${table} has a value that is to be there only once.`,
  },
  // A column that the platform computes.
  1906: unmet,
  3105: unmet,
  // Foreign key, check (MySQL, MariaDB), a trigger's own word.
  1452: unmet,
  3819: unmet,
  4025: unmet,
  1644: unmet,
  1142: noRight,
  1143: noRight,
};
