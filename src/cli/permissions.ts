import type { Command } from "commander";
import { grantedRoles } from "../db/schema.ts";
import { rolePermissions } from "../tenancy/roles.ts";
import { permissions } from "../tenant.ts";

/** `frontdesk permissions`: what docs/permissions.md is made of. */
export function addCommands(program: Command): void {
  program
    .command("permissions")
    .description("print which role may do what, and where, as Markdown")
    .action(() => void process.stdout.write(permissionsDocument()));
}

const introduction = `# Who may do what

A person holds the roles that were granted to them, each in one branch or in all of them; several add up. An API key holds
the scopes it was made with, named as below, in the whole company. This page is what \`frontdesk permissions\` prints.

- **company**: everywhere in the company.
- **branches**: in the branch of the grant; everywhere if it was granted for all branches.
- **own**: what is the person's own: their appointments and callbacks, the customers of those, their preferences. Only where
  the grant says who they are among the staff.

What a caller may not read is answered like what does not exist (404). What they may read and not change is 403: a company's
own policy, or that of a service of every branch, belongs to no branch. Without \`contacts:read\` a person sees customers'
telephone numbers and mail addresses masked; a key sees them without it. Keys that were made with \`appointments:write\` may
confirm as before, without \`appointments:confirm\`.
`;

/** The whole page, with the line break at its end. */
export function permissionsDocument(): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rows = permissions.map((permission) =>
    line([`\`${permission}\``, ...grantedRoles.map((role) => rolePermissions[role][permission] ?? "–")]),
  );
  const head = [line(["permission", ...grantedRoles]), line(["---", ...grantedRoles.map(() => "---")])];
  return [introduction, ...head, ...rows, ""].join("\n");
}
