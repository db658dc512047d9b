import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { audit } from "../audit/log.ts";
import type { Instant } from "../clock.ts";
import { currentTime, type Db, type Tx } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { transaction } from "../db/transaction.ts";
import { invalid, notFound, Refusal } from "../errors.ts";
import { cursorOf, type Page, page, readCursor, type Sort } from "../http/pagination.ts";
import { assertMatch, etagOfView } from "../http/preconditions.ts";
import { findBranch, findStaff, unknownId } from "../tenancy/hierarchy.ts";
import { type Grant, rolePermissions } from "../tenancy/roles.ts";
import type { Caller, Permission, Tenant } from "../tenant.ts";
import {
  countOtherAdmins,
  deleteAuthUserAcrossCompanies,
  deleteTwoFactorAcrossCompanies,
  findByEmailAcrossCompanies,
  insertAuthUserAcrossCompanies,
  insertUserAcrossCompanies,
  renameUserAcrossCompanies,
  replaceGrants,
  selectGrants,
  selectUsers,
} from "./user-store.ts";

/** Somebody who can sign in to a company, with what they may do there. */
export interface User {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  /** Invited until they have chosen a password. */
  readonly status: "invited" | "active";
  readonly hasTwoFactor: boolean;
  readonly grants: readonly Grant[];
}

const byId: Sort<[number]> = { name: "id", key: z.tuple([z.int().min(1)]) };

export async function listUsers(
  db: Db,
  tenant: Tenant,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<User>> {
  const afterId = readCursor(byId, cursor)?.[0] ?? 0;
  const users = await usersOf(db, tenant, { afterId, limit: limit + 1 });
  return page(users, limit, ({ id }) => cursorOf(byId, [id]));
}

/** @throws Refusal notFound */
export async function getUser(db: Db, tenant: Tenant, id: number): Promise<User> {
  const [user] = await usersOf(db, tenant, { id, limit: 1 });
  if (user === undefined) throw notFound("user");
  return user;
}

async function usersOf(db: Db, tenant: Tenant, which: Parameters<typeof selectUsers>[2]): Promise<User[]> {
  const rows = await selectUsers(db, tenant, which);
  const grants = Map.groupBy(
    await selectGrants(
      db,
      tenant,
      rows.map(({ id }) => id),
    ),
    ({ userId }) => userId,
  );
  return rows.map(({ hasPassword, ...user }) => ({
    ...user,
    status: hasPassword ? "active" : "invited",
    grants: (grants.get(user.id) ?? []).map(({ userId: _, ...grant }) => grant),
  }));
}

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly grants: readonly Grant[];
}

/**
 * Somebody may sign in from now on, once they have chosen a password by an invitation. A row that the platform has of
 * them already is theirs.
 * @throws Refusal conflict where the address is somebody else's, forbidden for more than the caller holds
 */
export async function addUser(db: Db, caller: Caller, sent: NewUser): Promise<User> {
  const { name, grants } = sent;
  const email = sent.email.toLowerCase();
  return transaction(db, async (tx) => {
    await takeTurn(tx, caller);
    await assertGrants(tx, caller, grants);
    const now = await currentTime(tx);
    const id = await rowFor(tx, caller.companyId, { email, name }, now);
    await insertAuthUserAcrossCompanies(tx, { userId: id, email, name, isOperator: false }, now);
    await replaceGrants(tx, caller, id, grants, now);
    await audit(tx, caller, { action: "user.create", ...about(id), from: null, to: { email, name, grants } }, now);
    return getUser(tx, caller, id);
  });
}

/** Somebody of the platform, who may do everything in every company that they name. @returns the user's id */
export async function addOperatorAcrossCompanies(db: Db, sent: { email: string; name: string }): Promise<number> {
  const email = sent.email.toLowerCase();
  return transaction(db, async (tx) => {
    const now = await currentTime(tx);
    const userId = await rowFor(tx, null, { ...sent, email }, now);
    await insertAuthUserAcrossCompanies(tx, { userId, email, name: sent.name, isOperator: true }, now);
    return userId;
  });
}

async function rowFor(
  tx: Tx,
  companyId: number | null,
  person: { readonly email: string; readonly name: string },
  now: Instant,
): Promise<number> {
  const known = await findByEmailAcrossCompanies(tx, person.email);
  if (known === undefined) return insertUserAcrossCompanies(tx, { companyId, ...person }, now);
  if (known.companyId !== companyId || known.authUserId !== null || known.deletedAt !== null) {
    throw new Refusal("conflict", "This mail address is in use already. Change that user, or send another address.");
  }
  await renameUserAcrossCompanies(tx, known.id, person.name, now);
  return known.id;
}

/** @throws Refusal notFound, preconditionFailed */
export async function renameUser(
  db: Db,
  caller: Caller,
  id: number,
  { name }: { readonly name?: string | undefined },
  ifMatch: string | null,
): Promise<User> {
  return change(db, caller, id, ifMatch, async (tx, from, now) => {
    if (name === undefined || name === from.name) return null;
    await renameUserAcrossCompanies(tx, id, name, now);
    return { action: "user.change", from: { name: from.name }, to: { name } };
  });
}

/**
 * All that somebody may do from the next request on.
 * @throws Refusal notFound, preconditionFailed, conflict for the last admin, forbidden for more than the caller holds
 */
export async function changeGrants(
  db: Db,
  caller: Caller,
  id: number,
  grants: readonly Grant[],
  ifMatch: string | null,
): Promise<User> {
  return change(db, caller, id, ifMatch, async (tx, from, now) => {
    if (isDeepStrictEqual(from.grants, grants)) return null;
    await assertGrants(tx, caller, grants);
    if (!grants.some(isAdmin)) await assertNotLastAdmin(tx, caller, from);
    await replaceGrants(tx, caller, id, grants, now);
    return { action: "user.change_grants", from: { grants: from.grants }, to: { grants } };
  });
}

/** For somebody whose app is lost. @throws Refusal notFound */
export async function resetTwoFactor(db: Db, caller: Caller, id: number): Promise<User> {
  return change(db, caller, id, null, async (tx, { hasTwoFactor }) => {
    if (!hasTwoFactor) return null;
    await deleteTwoFactorAcrossCompanies(tx, id);
    return { action: "user.reset_two_factor", from: { hasTwoFactor }, to: { hasTwoFactor: false } };
  });
}

/** They are signed out everywhere, and cannot sign in again. @throws Refusal notFound, preconditionFailed, conflict for the last admin */
export async function removeUser(db: Db, caller: Caller, id: number, ifMatch: string | null): Promise<void> {
  await transaction(db, async (tx) => {
    await takeTurn(tx, caller);
    const user = await getUser(tx, caller, id);
    assertMatch(ifMatch, etagOfView(user));
    await assertNotLastAdmin(tx, caller, user);
    const now = await currentTime(tx);
    await replaceGrants(tx, caller, id, [], now);
    await deleteAuthUserAcrossCompanies(tx, id);
    const { email, name, grants } = user;
    await audit(tx, caller, { action: "user.remove", ...about(id), from: { email, name, grants }, to: null }, now);
  });
}

/** That a link was made by which somebody chooses a password. */
export async function auditInvitation(db: Db, caller: Caller, id: number): Promise<void> {
  await transaction(db, async (tx) =>
    audit(tx, caller, { action: "user.invite", ...about(id), from: null, to: {} }, await currentTime(tx)),
  );
}

interface Change {
  readonly action: string;
  readonly from: object;
  readonly to: object;
}

async function change(
  db: Db,
  caller: Caller,
  id: number,
  ifMatch: string | null,
  work: (tx: Tx, user: User, now: Instant) => Promise<Change | null>,
): Promise<User> {
  return transaction(db, async (tx) => {
    await takeTurn(tx, caller);
    const user = await getUser(tx, caller, id);
    assertMatch(ifMatch, etagOfView(user));
    const now = await currentTime(tx);
    const done = await work(tx, user, now);
    if (done === null) return user;
    await audit(tx, caller, { ...about(id), ...done }, now);
    return getUser(tx, caller, id);
  });
}

/** Of two who take the last two admins out at once, the second sees what the first did. */
const takeTurn = (tx: Tx, tenant: Tenant) => takeLock(tx, tenant, "policies", "people");

const about = (id: number) => ({ subject: { type: "user", id } });
const isAdmin = ({ role }: Grant) => role === "admin";

async function assertNotLastAdmin(tx: Tx, tenant: Tenant, { id, grants }: User): Promise<void> {
  if (!grants.some(isAdmin) || (await countOtherAdmins(tx, tenant, id)) > 0) return;
  throw new Refusal("conflict", "This is the company's last admin. Make somebody else one first.");
}

async function assertGrants(tx: Tx, caller: Caller, grants: readonly Grant[]): Promise<void> {
  for (const [index, { role, branchId, staffId }] of grants.entries()) {
    const at = `/grants/${index}`;
    const missing = Object.keys(rolePermissions[role]).find((held) => !caller.permissions.has(held as Permission));
    if (missing !== undefined) {
      throw new Refusal("forbidden", `Nobody gives away more than they hold: ${role} holds ${missing}.`);
    }
    if (role === "admin" && branchId !== null) {
      throw invalid(`${at}/branchId`, "must be null: an admin is one of the whole company; a manager is of a branch");
    }
    if (branchId !== null && !(await findBranch(tx, caller, branchId))) throw unknownId(`${at}/branchId`, "branch");
    if (staffId !== null && !(await findStaff(tx, caller, staffId))) throw unknownId(`${at}/staffId`, "staff member");
    if (role === "staff" && staffId === null) {
      throw invalid(`${at}/staffId`, "must say who of the staff it is: the role reaches what is theirs");
    }
    if (grants.findIndex((other) => other.branchId === branchId) < index) {
      throw invalid(`${at}/branchId`, "is named twice: somebody holds one role in a branch, and one in the company");
    }
  }
}
