import { randomBytes } from "node:crypto";
import type { Connection } from "../db/connect.ts";
import { addUser, listUsers } from "../people/users.ts";
import type { SignIn } from "../sign-in.ts";
import type { Grant, Role } from "../tenancy/roles.ts";
import type { Caller } from "../tenant.ts";
import { demoCompanies } from "./companies.ts";

export interface DemoLogin {
  readonly role: Role;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

const roles = ["admin", "manager", "receptionist", "staff"] as const;

/**
 * One person of each role: the admin of the whole company, the others of its first branch. Those known from a former
 * start keep their passwords.
 */
export async function demoLogins(
  db: Connection,
  signIn: SignIn,
  caller: Caller,
  company: string,
  known: readonly DemoLogin[] = [],
): Promise<DemoLogin[]> {
  const { items: users } = await listUsers(db, caller, { limit: 100 });
  return Promise.all(
    (await newcomers(db, caller, company)).map(async ({ role, name, email, grant }) => {
      const user = users.find((user) => user.email === email);
      const before = known.find((login) => login.email === email);
      if (user?.status === "active" && before) return before;
      const id = user?.id ?? (await addUser(db, caller, { email, name, grants: [grant] })).id;
      const password = randomBytes(9).toString("base64url");
      await choosePassword(signIn, id, password);
      return { role, name, email, password };
    }),
  );
}

async function newcomers(db: Connection, caller: Caller, company: string) {
  const { mailDomain = "demo.example", admin = "Admin" } = demoCompanies.find(({ name }) => name === company) ?? {};
  const own = db.of(caller);
  const staff = await own.selectFrom("staff").select(["id", "name", "branch_id"]).orderBy("name").execute();
  const [first] = staff;
  if (first === undefined) return [];
  const [, second = first] = staff.filter(({ branch_id }) => branch_id === first.branch_id);
  const people: Readonly<Record<(typeof roles)[number], [name: string, grant: Omit<Grant, "role">]>> = {
    admin: [admin, { branchId: null, staffId: null }],
    manager: [second.name, { branchId: first.branch_id, staffId: second.id }],
    receptionist: ["Renate Empfang", { branchId: first.branch_id, staffId: null }],
    staff: [first.name, { branchId: first.branch_id, staffId: first.id }],
  };
  return roles.map((role) => {
    const [name, grant] = people[role];
    return { role, name, email: `${role}@${mailDomain}`, grant: { role, ...grant } };
  });
}

/** By an invitation, as everybody does. */
async function choosePassword(signIn: SignIn, userId: number, password: string): Promise<void> {
  const link = await signIn.invite(userId);
  const token = link?.split("#")[1];
  if (token === undefined) throw new Error("Nobody can be invited to the demo.");
  const visit = { headers: new Headers(), address: "127.0.0.1", company: null, cookies: [] };
  await signIn.choosePassword(visit, token, password);
}
