import { type TestDb, testStart } from "../../test/databases.ts";
import { type ACompany, aCompany } from "../../test/factories.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import { transaction } from "../db/transaction.ts";
import type { Caller } from "../tenant.ts";
import { createCalendar } from "./configure.ts";
import { escalateDueAcrossCompanies, reassignAbandonedAcrossCompanies } from "./escalate.ts";
import { listEscalationRows } from "./escalation-store.ts";
import { type CallbackRequest, openCallback } from "./open.ts";
import { recountAcrossCompanies } from "./recount.ts";

export const hourMs = 3_600_000;

/** For tests: companies that are open day and night, callbacks of them, and a sweep whose errors are kept. */
export function callbackStage(db: () => TestDb) {
  const errors: unknown[] = [];
  const log = { error: (error: unknown) => errors.push(error) };
  const { signal } = new AbortController();
  const sweep = () => escalateDueAcrossCompanies({ db: db(), log, signal });
  const sweepAbandoned = () => reassignAbandonedAcrossCompanies({ db: db(), log, signal });
  const recount = () => recountAcrossCompanies({ db: db(), log, signal });
  const later = (hours: number) => db().clock.advance(hours * hourMs);
  const escalations = ({ caller }: ACompany) => listEscalationRows(db(), caller, {}, Number.MAX_SAFE_INTEGER, 100);
  const eventsOf = async ({ caller }: ACompany, type: string) =>
    (await db().of(caller).selectFrom("domain_events").select("payload").where("type", "=", type).execute()).map(
      ({ payload }) => payload as Record<string, unknown>,
    );
  const forgetAll = async () => void (await acrossCompanies(db()).deleteFrom("callback_requests").execute());

  let numbers = 0;
  const wish = (company: ACompany, overrides: Partial<CallbackRequest> = {}): CallbackRequest => ({
    phoneNumber: `+4930555${String(10_000 + numbers++)}`,
    customerName: "Petra O'Neil",
    branchId: company.branchId,
    preferredWindow: null,
    priority: "normal",
    notes: null,
    decisionId: null,
    ...overrides,
  });
  const open = async (company: ACompany, overrides: Partial<CallbackRequest> = {}) =>
    openCallback(db(), company.caller, wish(company, overrides));
  const as = ({ caller }: ACompany, staffId: string): Caller => ({ ...caller, actor: { type: "staff", id: staffId } });
  const dayAndNight = (company: ACompany) =>
    createCalendar(db(), company.caller, {
      branchId: null,
      name: "Day and night",
      rules: { timezone: null, alwaysOpen: true, hours: {}, holidays: null, closures: [] },
    });
  const open247 = async () => {
    const company = await aCompany(db());
    await dayAndNight(company);
    await recount();
    return company;
  };
  const aUser = async (company: ACompany, role: "manager" | "admin", staffId: string | null) => {
    const email = `${role}-${company.companyId}-${numbers++}@example.org`;
    await transaction(db(), async (tx) => {
      const { insertId } = await acrossCompanies(tx)
        .insertInto("users")
        .values({ email, name: "M", company_id: company.companyId })
        .executeTakeFirstOrThrow();
      await tx
        .of(company.caller)
        .insertInto("role_grants")
        .values({
          user_id: Number(insertId),
          role,
          branch_id: role === "admin" ? null : company.branchId,
          staff_id: staffId,
          created_at: testStart,
          updated_at: testStart,
        })
        .execute();
    });
    return email;
  };
  return {
    errors,
    sweep,
    sweepAbandoned,
    recount,
    later,
    escalations,
    eventsOf,
    forgetAll,
    wish,
    open,
    as,
    open247,
    aUser,
  };
}
