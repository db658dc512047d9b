import { audit } from "../audit/log.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { takeLock } from "../db/locks.ts";
import { transaction } from "../db/transaction.ts";
import { notFound, Refusal } from "../errors.ts";
import { assertMatch } from "../http/preconditions.ts";
import { sha256 } from "../ids.ts";
import { assertWholeCompany } from "../tenancy/reach.ts";
import type { Caller } from "../tenant.ts";
import {
  deleteTemplate,
  findTemplate,
  type TemplateKey,
  type TemplateRow,
  usualName,
  writeTemplate,
} from "./template-store.ts";
import { faultsOf, type Template } from "./templates.ts";

/** Saved as it came: what is read back and saved again is the same, byte for byte. */
export async function saveTemplate(
  db: Db,
  caller: Caller,
  key: TemplateKey,
  template: Template,
  ifMatch: string | null,
): Promise<TemplateRow> {
  assertWholeCompany(caller);
  const needsSubject = key.channel === "email" || key.channel === "push";
  const to = {
    ...template,
    subject: needsSubject ? (template.subject ?? "") : null,
    html: key.channel === "email" ? template.html : null,
  };
  const faults = faultsOf(key.event, to);
  if (faults.length > 0) {
    const errors = faults.map(({ field, message }) => ({ pointer: `/${field}`, message }));
    throw new Refusal("validationFailed", "The template would not render; see errors.", errors);
  }
  return transaction(db, async (tx) => {
    await takeLock(tx, caller, "policies", caller.companyId);
    const before = await findTemplate(tx, caller, key);
    assertMatch(ifMatch, String(before?.version ?? 0));
    const version = (before?.version ?? 0) + 1;
    const now = await currentTime(tx);
    await writeTemplate(tx, caller, { ...key, ...to, name: key.name ?? usualName, version }, now);
    const from = before ? audited(before) : null;
    await audit(tx, caller, { action: "template.set", subject: subjectOf(key), from, to: audited(to) }, now);
    return (await findTemplate(tx, caller, key)) as TemplateRow;
  });
}

/** The product's own words apply again. */
export async function resetTemplate(db: Db, caller: Caller, key: TemplateKey, ifMatch: string | null): Promise<void> {
  assertWholeCompany(caller);
  await transaction(db, async (tx) => {
    await takeLock(tx, caller, "policies", caller.companyId);
    const before = await findTemplate(tx, caller, key);
    if (!before) throw notFound("template of its own");
    assertMatch(ifMatch, String(before.version));
    await deleteTemplate(tx, caller, before.id);
    const act = { action: "template.reset", subject: subjectOf(key), from: audited(before), to: null };
    await audit(tx, caller, act, await currentTime(tx));
  });
}

function subjectOf({ event, channel, locale, name }: TemplateKey) {
  const id = [event, channel, locale, name ?? usualName].join("/");
  return { type: "template", id: id.length <= 64 ? id : sha256(id) };
}

function audited({ subject, text, html }: Template) {
  return { subject, text, html };
}
