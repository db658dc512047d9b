/** The three databases. MySQL and MariaDB are "servers"; SQLite is embedded. */
export const engines = ["sqlite", "mariadb", "mysql"] as const;
export type Engine = (typeof engines)[number];
