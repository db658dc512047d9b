import { Problem } from "../api/client.ts";

/** A conflict in the words of the screen, which knows what was tried. @throws Problem */
export async function conflictInWords<T>(asked: Promise<T>, words: string): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 409) throw error;
    throw new Problem(error.status, { ...error.body, detail: words }, error.retryAfterSeconds);
  }
}
