import { type Command, InvalidArgumentError, Option } from "commander";
import { readConfig } from "../config.ts";
import type { Connection } from "../db/connect.ts";
import { grantedRoles } from "../db/schema.ts";
import { Refusal } from "../errors.ts";
import { mailAddress } from "../http/fields.ts";
import { type Invitation, inviteAcrossCompanies } from "../people/invite.ts";
import { createSignIn } from "../people/sign-in.ts";
import { addOperatorAcrossCompanies, addUser, listUsers, removeUser } from "../people/users.ts";
import type { Grant, Role } from "../tenancy/roles.ts";
import { machineCaller } from "../tenant.ts";
import { onDatabase, positiveInteger } from "./database.ts";

/** `frontdesk user …`: the first people of a company, and operators; afterwards admins give access by themselves. */
export function addCommands(program: Command): void {
  const user = program.command("user").description("people who sign in");
  user
    .command("add")
    .description("give somebody access, and the link to choose a password: by mail, or printed where none is sent")
    .addOption(
      new Option("--company <id>", "whose people they are of").argParser(positiveInteger).conflicts("operator"),
    )
    .option("--operator", "of the platform: everything in every company, one at a time")
    .requiredOption("--email <address>", "by which they sign in", address)
    .requiredOption("--name <name>", "what they are called")
    .addOption(new Option("--role <role>", "what they may do").choices(grantedRoles).conflicts("operator"))
    .option("--branch <id>", "in this branch; in all of them, if left out")
    .option("--staff <id>", "who of the staff they are")
    .action(add);
  user
    .command("invite")
    .description("a new link for somebody who has not chosen a password, or cannot get at their mails")
    .argument("<id>", "of the user, see user list", positiveInteger)
    .action(invite);
  user
    .command("list")
    .description("who can sign in to a company, one a line")
    .requiredOption("--company <id>", "which company", positiveInteger)
    .action(list);
  user
    .command("remove")
    .description("take somebody's access away; they are signed out everywhere")
    .argument("<id>", "of the user, see user list", positiveInteger)
    .requiredOption("--company <id>", "whose people they are of", positiveInteger)
    .action(remove);
}

interface Added {
  readonly company?: number;
  readonly operator?: boolean;
  readonly email: string;
  readonly name: string;
  readonly role?: Role;
  readonly branch?: string;
  readonly staff?: string;
}

async function add({ company, operator = false, email, name, role, branch, staff }: Added): Promise<void> {
  if (!operator && (company === undefined || role === undefined)) {
    throw new Refusal("badRequest", "Say --company and --role, or --operator for somebody of the platform.");
  }
  const config = readConfig(process.env);
  if (config.installation.keyring === null) {
    throw new Refusal(
      "unavailable",
      "Set FRONTDESK_SECRET_KEY first (frontdesk secrets new makes one): nobody can sign in without it.",
    );
  }
  await onDatabase(config, async (db) => {
    const grants: Grant[] = role ? [{ role, branchId: branch ?? null, staffId: staff ?? null }] : [];
    const id =
      company === undefined
        ? await addOperatorAcrossCompanies(db, { email, name })
        : (await addUser(db, machineCaller({ companyId: company }), { email, name, grants })).id;
    console.log(`${id}  ${email}  ${told(await invited(db, id))}`);
  });
}

async function invite(id: number): Promise<void> {
  await onDatabase(readConfig(process.env), async (db) => console.log(told(await invited(db, id))));
}

async function invited(db: Connection, id: number): Promise<Invitation> {
  const { databaseUrl: url, installation } = readConfig(process.env);
  const signIn = createSignIn({ db, url, installation, onError: (error) => console.error(error) });
  try {
    return await inviteAcrossCompanies(db, { signIn, installation }, id);
  } finally {
    await signIn.close();
  }
}

function told({ sentTo, link }: Invitation): string {
  if (sentTo !== null) return `The link to choose a password was sent to ${sentTo}.`;
  return `Hand this link over, it is valid for seven days: ${link}`;
}

async function list({ company: companyId }: { company: number }): Promise<void> {
  await onDatabase(readConfig(process.env), async (db) => {
    let cursor: string | undefined;
    do {
      const { items, nextCursor } = await listUsers(db, { companyId }, { limit: 100, cursor });
      for (const { id, email, name, status, grants } of items) {
        const roles = grants.map(({ role, branchId }) => (branchId === null ? role : `${role} in ${branchId}`));
        console.log([id, email, JSON.stringify(name), status, roles.join(", ") || "no role"].join("  "));
      }
      cursor = nextCursor ?? undefined;
    } while (cursor !== undefined);
  });
}

async function remove(id: number, { company }: { company: number }): Promise<void> {
  await onDatabase(readConfig(process.env), (db) => removeUser(db, machineCaller({ companyId: company }), id, null));
  console.log(`User ${id} can sign in no more.`);
}

function address(text: string): string {
  if (mailAddress.safeParse(text).success) return text;
  throw new InvalidArgumentError("It must be a mail address, like anna@example.org.");
}
