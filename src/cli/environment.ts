import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { ConfigMistake } from "../config.ts";

/** @throws ConfigMistake where the file cannot be read */
export function loadEnvFile(file: string): void {
  try {
    process.loadEnvFile(file);
  } catch (error) {
    throw new ConfigMistake(`--env-file ${file} cannot be read (${(error as Error).message}). Mend its name.`);
  }
}

/** Before a long beginning: what would fail at its end fails at once. @throws the listener's own error */
export async function assertPortIsFree(port: number): Promise<void> {
  const listener = createServer().listen(port, "127.0.0.1");
  await once(listener, "listening");
  listener.close();
  await once(listener, "close");
}

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
