import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** SQLite makes its file, but not the folder. */
export function prepared(databaseUrl: string): string {
  if (databaseUrl.startsWith("sqlite:")) mkdirSync(dirname(databaseUrl.slice("sqlite:".length)), { recursive: true });
  return databaseUrl;
}

/** The first of SIGINT, SIGTERM and SIGHUP is a wish to stop where that is safe; the second ends the process at once. */
export function wishToStop(): () => string | null {
  let wish: string | null = null;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (wish !== null) process.exit(130);
      wish = `Stopped by ${signal}.`;
      console.error(`${signal}: stopping where that is safe; once more ends at once, and resume finishes it`);
    });
  }
  return () => wish;
}
