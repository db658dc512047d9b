import { randomBytes } from "node:crypto";
import type { Command } from "commander";
import { readConfig } from "../config.ts";
import { Refusal } from "../errors.ts";
import { rotateSecretsAcrossCompanies } from "../notifications/accounts.ts";
import { rotateTwoFactorsAcrossCompanies } from "../people/rotate.ts";
import { rotateWebhookSecretsAcrossCompanies } from "../webhooks/endpoints.ts";
import { onDatabase } from "./database.ts";

export function addCommands(program: Command): void {
  const secrets = program
    .command("secrets")
    .description("the credentials that are kept encrypted with FRONTDESK_SECRET_KEY");
  secrets.command("new").description("print a new key, as FRONTDESK_SECRET_KEY takes it").action(newSecretKey);
  secrets
    .command("rotate")
    .description(
      "encrypt everything with the first key of FRONTDESK_SECRET_KEY; the others can be taken out afterwards",
    )
    .action(rotateSecrets);
}

function newSecretKey(): void {
  console.log(`${randomBytes(4).toString("hex")}:${randomBytes(32).toString("base64")}`);
}

async function rotateSecrets(): Promise<void> {
  const config = readConfig(process.env);
  const { keyring } = config.installation;
  if (keyring === null)
    throw new Refusal("unavailable", "Set FRONTDESK_SECRET_KEY: the new key first, then the old ones.");
  await onDatabase(config, async (db) => {
    const { rotated, unreadable } = await rotateSecretsAcrossCompanies(db, keyring);
    const webhooks = await rotateWebhookSecretsAcrossCompanies(db, keyring);
    const apps = await rotateTwoFactorsAcrossCompanies(db, keyring);
    console.log(
      `${rotated} accounts, ${webhooks.rotated} webhook secrets and ${apps.rotated} authenticator apps encrypted anew.`,
    );
    for (const { companyId, channel, error } of [...unreadable, ...webhooks.unreadable])
      console.error(`Company ${companyId}, ${channel}: ${error}`);
    if (apps.unreadable > 0)
      console.error(
        `${apps.unreadable} authenticator apps cannot be read: take them out, their owners set them up anew.`,
      );
    if (unreadable.length + webhooks.unreadable.length + apps.unreadable > 0) process.exitCode = 1;
  });
}
