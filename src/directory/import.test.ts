import { expect, test } from "vitest";
import { aClient } from "../../test/client.ts";
import { onEveryDatabase } from "../../test/databases.ts";
import { type ACompany, aCompany, aCustomer } from "../../test/factories.ts";

onEveryDatabase("importing customers", (db) => {
  const namesOf = async ({ caller }: ACompany) => {
    const rows = await db()
      .of(caller)
      .selectFrom("customers")
      .select(["name", "email", "phone"])
      .orderBy("id")
      .execute();
    return rows.slice(1);
  };
  async function stage() {
    const company = await aCompany(db());
    const client = await aClient(db(), company);
    const send = (csv: string, more: object = {}) => client.send("POST", "/customers/import", { csv, ...more });
    return { company, client, send, [Symbol.asyncDispose]: () => client.app.close() };
  }
  const table = "name,email,phone,locale\nAda,Ada@example.org,030 1234567,en\nBen,ben@example.org,,\n";

  test("a dry run says what would be done; then it is done, and doing it again does nothing", async () => {
    await using at = await stage();
    const dry = await at.send(table, { dryRun: true });
    expect(dry.body).toEqual({
      dryRun: true,
      created: 2,
      changed: 0,
      unchanged: 0,
      lines: [
        { line: 2, action: "create", id: null },
        { line: 3, action: "create", id: null },
      ],
    });
    expect(await namesOf(at.company)).toEqual([]);
    expect((await at.send(table)).body).toMatchObject({ created: 2 });
    const made = [
      { name: "Ada", email: "Ada@example.org", phone: "+49301234567" },
      { name: "Ben", email: "ben@example.org", phone: null },
    ];
    expect(await namesOf(at.company)).toEqual(made);
    expect((await at.send(table)).body).toMatchObject({ created: 0, changed: 0, unchanged: 2 });
    const changed = table.replace("Ben,ben", "Benno,BEN");
    expect((await at.send(changed, { dryRun: true })).body).toMatchObject({ changed: 1, unchanged: 1 });
    expect((await at.send(changed)).body.lines).toMatchObject([{ action: "none" }, { action: "change" }]);
    expect((await namesOf(at.company))[1]).toMatchObject({ name: "Benno", email: "BEN@example.org" });
    const log = await at.client.send("GET", "/audit-log?subjectType=customer");
    expect(log.body.items.map(({ action }: { action: string }) => action)).toEqual([
      "customer.change",
      "customer.create",
      "customer.create",
    ]);
  });

  test("mistakes are told by line and column, all of them, and nothing of the table is taken", async () => {
    await using at = await stage();
    const bad = 'name,email,locale\nAda,ada@example.org,\n,nowhere,english\nBen,,\nEva,"ADA@example.org",\n';
    const { status, body } = await at.send(bad);
    expect([status, body.detail]).toEqual([422, expect.stringContaining("Nothing was imported")]);
    const places = body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(places).toEqual(["/csv/3/name", "/csv/3/email", "/csv/3/locale", "/csv/4/email", "/csv/5/email"]);
    expect(body.errors[0].message).toMatch(/^Line 3, name: /);
    expect(body.errors[4].message).toContain("line 2 too");
    const phone = await at.send("name,email,phone\nAda,ada@example.org,+4930123456\nBen,ben@example.org,nonsense\n");
    expect(phone.body.errors).toMatchObject([{ pointer: "/csv/3/phone" }]);
    expect(await namesOf(at.company)).toEqual([]);
    for (const [csv, message] of [
      ["name,adress\nAda,x\n", "adress"],
      ["name\nAda\n", "no column email"],
      [`name,email\n${"a,a@b.org\n".repeat(1001)}`, "1001 lines"],
    ] as const) {
      const refused = await at.send(csv);
      expect(refused).toMatchObject({ status: 422, body: { errors: [{ message: expect.stringContaining(message) }] } });
    }
  });

  test("by phone and by id; another company's customer is no customer, and two with one address are not guessed at", async () => {
    await using at = await stage();
    const other = await aCompany(db());
    const id = await aCustomer(db(), at.company.caller, { phone: "+493055500", name: "Old" });
    const byPhone = await at.send("name,phone\nNew,030 55500\n", { matchBy: "phone" });
    expect(byPhone.body).toMatchObject({ changed: 1, lines: [{ id }] });
    expect((await at.send(`id,name\n${id},Newer\n`, { matchBy: "id" })).body).toMatchObject({ changed: 1 });
    const foreign = await at.send(`id,name\n${other.customerId},Theirs\n`, { matchBy: "id" });
    expect(foreign.body.errors).toEqual([
      { pointer: "/csv/2/id", message: "Line 2, id: is no customer of this company." },
    ]);
    for (const name of ["One", "Two"]) {
      await db().of(at.company.caller).insertInto("customers").values({ name, email: "x@example.org" }).execute();
    }
    const several = await at.send("name,email\nAda,X@example.org\n");
    expect(several.body.errors[0].message).toContain("several customers");
  });

  test("what was exported can be imported again and changes nothing, and two imports at once make nobody twice", async () => {
    await using at = await stage();
    const many = `name,email,phone\n${Array.from({ length: 30 }, (_, n) => `"=N ${n}",n${n}@example.org,+49305550${100 + n}\n`).join("")}`;
    const both = await Promise.all([at.send(many), at.send(many)]);
    expect(both.map(({ body }) => body.created).sort()).toEqual([0, 30]);
    expect(await namesOf(at.company)).toHaveLength(30);
    const exported = await at.client.send("GET", "/customers/export");
    const again = await at.send(exported.body, { matchBy: "id" });
    expect(again.body).toMatchObject({ created: 0, changed: 0, unchanged: 31 });
  });
});
