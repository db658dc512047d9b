import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { sha256 } from "../ids.ts";
import { PlanRefused } from "./plan.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const statement = z.strictObject({
  name: z.string(),
  up: z.string(),
  down: z.string(),
  /** Who has to wait for it, in words. */
  lock: z.string(),
  expectedMilliseconds: z.int().nonnegative(),
  basis: z.enum(["measured", "estimated"]),
});

/** What was planned, and the state that it was planned for. */
const content = z.strictObject({
  madeAt: z.iso.datetime(),
  madeBy: z.string(),
  /** Stop after this release; null: all of them. */
  to: z.string().nullable(),
  /** What others may have to wait longer in a run without maintenance; null: what follows from its lock budget. */
  stallLimitMilliseconds: z.int().positive().nullable(),
  database: z.strictObject({ name: z.string(), engine: z.enum(["sqlite", "mariadb", "mysql"]), identity: hash }),
  fingerprint: hash,
  releases: z.array(
    z.strictObject({
      release: z.string(),
      migrations: z.array(z.strictObject({ id: z.string(), checksum: hash })),
      statements: z.array(statement),
    }),
  ),
  contacts: z.array(z.string()),
});

const approval = z.strictObject({
  role: z.string(),
  name: z.string(),
  at: z.iso.datetime(),
  decision: z.enum(["go", "no-go"]),
  /** Over this approval and the plan that it is for. */
  sha256: hash,
});

const planFile = z.strictObject({
  format: z.literal(1),
  plan: content,
  sha256: hash,
  approvals: z.array(approval),
});

export type PlanContent = z.output<typeof content>;
export type PlanFile = z.output<typeof planFile>;
export type Approval = z.output<typeof approval>;

export function sealed(plan: PlanContent): PlanFile {
  return { format: 1, plan, sha256: sha256(JSON.stringify(plan)), approvals: [] };
}

/** A role's last word counts, so its earlier ones stay in the file. */
export function approved(file: PlanFile, words: Omit<Approval, "sha256">): PlanFile {
  return { ...file, approvals: [...file.approvals, { ...words, sha256: sealOf(file, words) }] };
}

/** Whole or not at all. */
export function writePlanFile(path: string, file: PlanFile): void {
  const fresh = `${path}.${process.pid}`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, `${JSON.stringify(file, null, 2)}\n`, { flag: "wx", flush: true });
  renameSync(fresh, path);
}

/**
 * A checksum tells a slip or a broken copy; it is no signature.
 * @throws PlanRefused unless it is a plan file whose plan and approvals are as they were written
 */
export function readPlanFile(path: string): PlanFile {
  const file = parsed(path);
  const edited = (what: string) =>
    new PlanRefused(`${path}: ${what} was changed after it was written. ${howToMakeANewOne(path)}`);
  if (sha256(JSON.stringify(file.plan)) !== file.sha256) throw edited("the plan");
  for (const each of file.approvals) {
    if (each.sha256 !== sealOf(file, each)) throw edited(`the approval of ${each.role}`);
  }
  return file;
}

/** @throws PlanRefused unless the last word of each of these roles is go, and nobody's is no-go */
export function assertApproved({ approvals }: PlanFile, roles: readonly string[], path: string): void {
  const last = new Map(approvals.map((each) => [each.role, each]));
  const against = [...last.values()].find(({ decision }) => decision === "no-go");
  if (against) throw new PlanRefused(`${against.name} (${against.role}) said no-go at ${against.at}.`);
  const missing = roles.filter((role) => !last.has(role));
  if (missing.length > 0) {
    throw new PlanRefused(
      `Approval is missing of: ${missing.join(", ")}. \`frontdesk deploy approve ${path} --role ${missing[0]} --name NAME --go\``,
    );
  }
}

export function howToMakeANewOne(path: string): string {
  return `Make a new one: \`frontdesk deploy plan --out ${path}\`, look at it, and have it approved again.`;
}

function sealOf({ sha256: plan }: PlanFile, { role, name, at, decision }: Omit<Approval, "sha256">): string {
  return sha256(JSON.stringify([plan, role, name, at, decision]));
}

function parsed(path: string): PlanFile {
  try {
    return planFile.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "There is no such file" : "It is no plan file";
    throw new PlanRefused(`${path}: ${why}. ${howToMakeANewOne(path)}`);
  }
}
