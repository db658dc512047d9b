import { type Command, InvalidArgumentError, Option } from "commander";
import { type Instant, isoOf, parseInstant } from "../clock.ts";
import { readConfig } from "../config.ts";
import { issueApiKey, listApiKeys, revokeApiKey } from "../tenancy/api-keys.ts";
import { type Permission, permissions } from "../tenant.ts";
import { onDatabase, positiveInteger } from "./database.ts";

export function addCommands(program: Command): void {
  const key = program.command("key").description("API keys of a company");
  key
    .command("add")
    .description("make a key and print it: it is shown this once")
    .requiredOption("--company <id>", "whose key it is", positiveInteger)
    .requiredOption("--name <name>", "who uses it")
    .addOption(new Option("--scope <scope...>", "what it may do").choices(permissions).makeOptionMandatory())
    .option("--expires <instant>", "when it stops working, like 2027-01-01T00:00:00Z; never, if left out", instant)
    .action(addKey);
  key
    .command("list")
    .description("list a company's keys, one a line")
    .requiredOption("--company <id>", "whose keys", positiveInteger)
    .action(listKeys);
  key
    .command("revoke")
    .description("refuse a key from now on")
    .argument("<id>", "its id, see key list", positiveInteger)
    .requiredOption("--company <id>", "whose key it is", positiveInteger)
    .action(removeKey);
}

async function addKey(options: {
  company: number;
  name: string;
  scope: Permission[];
  expires?: Instant;
}): Promise<void> {
  await onDatabase(readConfig(process.env), async (db) => {
    const { company: companyId, name, scope: scopes, expires: expiresAt = null } = options;
    const { id, key } = await issueApiKey(db, { companyId }, { name, scopes, expiresAt });
    console.error(`Key ${id}. Keep it now: it cannot be shown again.`);
    console.log(key);
  });
}

async function listKeys({ company: companyId }: { company: number }): Promise<void> {
  await onDatabase(readConfig(process.env), async (db) => {
    for (const { id, prefix, name, scopes, ...key } of await listApiKeys(db, { companyId })) {
      const dates = [
        key.revokedAt && `revoked ${isoOf(key.revokedAt)}`,
        key.expiresAt && `expires ${isoOf(key.expiresAt)}`,
        key.lastUsedAt ? `last used ${isoOf(key.lastUsedAt)}` : "never used",
      ];
      console.log([id, `${prefix}…`, JSON.stringify(name), scopes.join(","), ...dates.filter(Boolean)].join("  "));
    }
  });
}

async function removeKey(id: number, { company: companyId }: { company: number }): Promise<void> {
  await onDatabase(readConfig(process.env), (db) => revokeApiKey(db, { companyId }, id));
  console.log(`Key ${id} is revoked.`);
}

function instant(text: string): Instant {
  try {
    return parseInstant(text);
  } catch {
    throw new InvalidArgumentError("It must be an ISO 8601 time with Z or an offset, like 2027-01-01T00:00:00Z.");
  }
}
