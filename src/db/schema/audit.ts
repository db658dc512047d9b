import { bigint, code, id, instant, oneOf, optional, owner, text } from "../columns.ts";
import { table } from "../table.ts";

/** Who changed what. Rows are added and never changed, save that a person's data can be taken out of one. */

export const auditSources = ["api", "ui", "cli", "worker"] as const;
export type AuditSource = (typeof auditSources)[number];

const timestamps = { created_at: instant(), updated_at: instant() };
const ofCompany = { company_id: ["companies(id)", "cascade"] } as const;

/**
 * No foreign key to the company: the log outlives it. `changes` is text, whose bytes are hashed; `salt` is gone, and
 * `changes` with it, where a person was erased.
 */
export const auditLog = table(
  "audit_log",
  {
    id: id(),
    company_id: owner(),
    number: bigint(),
    actor_token: code(36),
    source: oneOf(auditSources),
    action: code(100),
    subject_type: code(40),
    subject_id: code(64),
    customer_id: optional(bigint()),
    changes: text(),
    salt: optional(code(32)),
    changes_hash: code(64),
    request_id: optional(code(64)),
    event_id: optional(bigint()),
    happened_at: instant(),
    hash: code(64),
    ...timestamps,
  },
  {
    unique: { number: ["company_id", "number"], event: ["company_id", "event_id"] },
    index: {
      subject: ["company_id", "subject_type", "subject_id"],
      actor: ["company_id", "actor_token"],
      customer: ["company_id", "customer_id"],
    },
  },
);

/** Who stands behind a token: the one place that a person's erasure has to reach. */
export const auditActors = table(
  "audit_actors",
  {
    id: id(),
    company_id: owner(),
    token: code(36),
    actor_type: code(20),
    actor_id: code(64),
    ...timestamps,
  },
  {
    unique: { actor: ["company_id", "actor_type", "actor_id"], token: ["company_id", "token"] },
    foreign: ofCompany,
  },
);

/** The end of each company's chain: also the lock under which it grows. */
export const auditHeads = table(
  "audit_heads",
  {
    id: id(),
    company_id: owner(),
    number: bigint(),
    hash: code(64),
    /** Changed first, and each time: the row is a lock. */
    takes: bigint(),
    ...timestamps,
  },
  { unique: { company: ["company_id"] }, foreign: ofCompany },
);

/** In the order in which they are created. */
export const auditTables = [auditLog, auditActors, auditHeads] as const;
