import { symmetricDecrypt, symmetricEncrypt } from "better-auth/crypto";
import type { Db } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import type { Keyring } from "../secrets.ts";
import { secretsOf } from "./better-auth.ts";
import { replaceTwoFactorAcrossCompanies, selectTwoFactorsAcrossCompanies } from "./user-store.ts";

/**
 * Encrypts what authenticator apps share with us anew, with the first key.
 * @returns how many apps that were, and those that no key of the list opens
 */
export async function rotateTwoFactorsAcrossCompanies(
  db: Db,
  keyring: Keyring,
): Promise<{ rotated: number; unreadable: number }> {
  const secrets = secretsOf(keyring);
  const currentVersion = secrets[0]?.version ?? 0;
  const key = { keys: new Map(secrets.map(({ version, value }) => [version, value])), currentVersion };
  const again = async (data: string) => symmetricEncrypt({ key, data: await symmetricDecrypt({ key, data }) });
  const done = { rotated: 0, unreadable: 0 };
  for (const row of await selectTwoFactorsAcrossCompanies(db)) {
    if (row.secret.startsWith(`$ba$${currentVersion}$`)) continue;
    const next = await Promise.all([again(row.secret), again(row.backupCodes)]).catch(() => null);
    if (next === null) {
      done.unreadable++;
      continue;
    }
    const [secret, backupCodes] = next;
    await transaction(db, (tx) => replaceTwoFactorAcrossCompanies(tx, row, { secret, backupCodes }));
    done.rotated++;
  }
  return done;
}
