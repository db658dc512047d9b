import type { ServerEngine } from "./server.ts";

const known = ["sqlite", "mariadb", "mysql"] as const;
export type EngineName = (typeof known)[number];

/** The engines that FRONTDESK_TEST_DATABASES asks for; all of them if it is not set. */
export function wantedEngines(list: string | undefined): EngineName[] {
  const names = (list || known.join(",")).split(",").map((name) => name.trim());
  const unknown = names.filter((name) => !known.some((engine) => engine === name));
  if (unknown.length > 0) {
    throw new Error(`FRONTDESK_TEST_DATABASES names ${unknown.join(", ")}; it may list ${known.join(", ")}.`);
  }
  return known.filter((engine) => names.includes(engine));
}

/** Refuses a server that is not meant for tests: they create and drop tables in it. */
export function assertTestDatabase(url: string): void {
  if (/^\/\w*_test$/.test(new URL(url).pathname)) return;
  throw new Error("FRONTDESK_TEST_MYSQL_URL is refused: the name of its database must end in _test.");
}

export const flavourOf = (version: string): ServerEngine => (/mariadb/i.test(version) ? "mariadb" : "mysql");
