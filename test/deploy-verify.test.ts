import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { migrate, rollBack } from "../src/deploy/run.ts";
import { openTarget, type Target } from "../src/deploy/target.ts";
import { verify } from "../src/deploy/verify.ts";
import { enginesInUse, type ScratchDatabase, scratchDatabase } from "./databases.ts";

describe.each(enginesInUse())("looking at a database (%s)", (engine) => {
  let database: ScratchDatabase;
  let target: Target;
  beforeEach(async () => {
    database = await scratchDatabase(engine, "empty");
    target = await openTarget(database.url);
  });
  afterEach(async () => {
    await target.close();
    await database.remove();
  });
  const wrong = async () => (await verify(target)).filter(({ wrong }) => wrong.length > 0);

  test("finds nothing wrong after a deployment, and what is missing before it", async () => {
    expect(await wrong()).toMatchObject([{ what: "migrations" }]);
    await migrate(target);
    expect(await wrong()).toEqual([]);
    await rollBack(target, "phase-4-services");
    expect(await wrong()).toEqual([]);
  });

  test("finds an index that somebody dropped, and a row of one company that names another company's", async () => {
    await migrate(target);
    await target.query("insert into companies (id, name) values (1, 'one'), (2, 'two')");
    await target.query("insert into customers (id, company_id, name) values (1, 1, 'Petra')");
    const index = "appointment_modification_stats_customer_index";
    await target.query(
      engine === "sqlite"
        ? `drop index ${index}`
        : `alter table appointment_modifications drop index appointment_modifications_fee_index`,
    );
    await target.query(
      `insert into appointment_modification_stats (company_id, customer_id, stat_type, period_start, period_end, count, calculated_at, created_at, updated_at)
       values (2, 1, 'cancel_30d', '2026-01-01 00:00:00', '2026-01-31 00:00:00', 0, '2026-01-31 00:00:00', '2026-01-31 00:00:00', '2026-01-31 00:00:00')`,
    );
    expect(await wrong()).toMatchObject([
      { what: "structure", wrong: [expect.stringContaining("_index")] },
      { what: "references to another company", wrong: ["1 rows of appointment_modification_stats by customer_id"] },
    ]);
  });
});
