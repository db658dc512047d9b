/** What went wrong outside of the program, in words that say what to mend; null where it is our own fault. */
export function explained(error: unknown): string | null {
  const { code, errcode, port, message } = error as {
    code?: string;
    errcode?: number;
    port?: number;
    message?: string;
  };
  if (code === "EADDRINUSE") return `Port ${port} is taken by another program. End that one, or choose another port.`;
  if (code === "EACCES" && port !== undefined) return `Port ${port} is not ours to listen on. Choose one above 1023.`;
  const advice = servers[code ?? ""] ?? (code === "ERR_SQLITE_ERROR" ? files[errcode ?? 0] : undefined);
  if (advice === undefined) return null;
  // Several addresses were tried: then each has a message of its own, and the whole has none.
  return `The database did not let us in${message ? ` (${message})` : ` (${code})`}: ${advice}`;
}

const notThere = "is DATABASE_URL's host and port right, and does the server run?";

const servers: Readonly<Record<string, string>> = {
  ECONNREFUSED: notThere,
  ENOTFOUND: notThere,
  EAI_AGAIN: notThere,
  EHOSTUNREACH: notThere,
  ETIMEDOUT: notThere,
  ER_ACCESS_DENIED_ERROR: "mend the user or the password in DATABASE_URL.",
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: "mend the user or the password in DATABASE_URL.",
  ER_DBACCESS_DENIED_ERROR: "grant DATABASE_URL's user its database, or mend the name.",
  ER_BAD_DB_ERROR: "create the database that DATABASE_URL names, or mend the name.",
  ER_HOST_NOT_PRIVILEGED: "let the server accept connections from this machine.",
  ER_CON_COUNT_ERROR: "its connections are all taken; lower DATABASE_CONNECTIONS or raise max_connections.",
};

/** By SQLite's result code. */
const files: Readonly<Record<number, string>> = {
  8: "DATABASE_URL's file can only be read; let this user write it.",
  13: "the disk is full.",
  14: "DATABASE_URL's file cannot be opened; is the folder there, and may this user write in it?",
  26: "DATABASE_URL's file is no SQLite database; name another.",
};
