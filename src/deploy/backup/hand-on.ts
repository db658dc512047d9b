import { hookEnvironment, runHook } from "../hooks.ts";
import type { Target } from "../target.ts";

const limitSeconds = 3600;

/**
 * Runs a person's command that takes a backup to where it survives this machine: its manifest's path is in
 * FRONTDESK_BACKUP. @throws Error in the command's words where it fails: the backup then is not safe
 */
export async function handOn(
  target: Target,
  path: string,
  command: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { env, secrets } = hookEnvironment(target, environment);
  const options = { env: { ...env, FRONTDESK_BACKUP: path }, secrets, timeoutSeconds: limitSeconds };
  const { failure, output } = await runHook(command, options);
  if (failure !== null) throw new Error(`The command after the backup failed. ${failure}\n${output}`);
}
