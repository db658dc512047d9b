import { connect } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { Refusal } from "../errors.ts";
import type { Caller } from "../tenant.ts";
import { onceForKey } from "./idempotency.ts";

/**
 * A process for idempotency.test.ts: does the work of each key once among all processes that are given the same ones,
 * and prints a line per key, what it was answered or why it was refused. With `hang`, it stays inside the transaction.
 */
const [url = "", companyId = "", mode = "", ...keys] = process.argv.slice(2);
const caller: Caller = {
  companyId: Number(companyId),
  actor: { type: "system", id: "racer" },
  permissions: new Set(),
};

const db = await connect(url, { connections: 2 });
for (const key of keys) {
  try {
    const request = { key, method: "POST", url: "/race", body: { key } };
    const { response } = await onceForKey(db, caller, request, {
      run: (of) =>
        transaction(of, async (tx) => {
          const { insertId } = await tx
            .of(caller)
            .insertInto("services")
            .values({ name: key })
            .executeTakeFirstOrThrow();
          if (mode === "hang") {
            console.log("inside");
            await new Promise((resolve) => setTimeout(resolve, 600_000));
          }
          return Number(insertId);
        }),
      respond: (id) => ({ status: 201, etag: null, body: JSON.stringify(id) }),
      refuse: () => ({ status: 409, etag: null, body: "null" }),
    });
    console.log(`${key} ${response.body}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.log(`${key} ${error.code}`);
  }
}
await db.close();
