import { expect, test } from "vitest";
import { aClient } from "../../test/client.ts";
import { onEveryDatabase } from "../../test/databases.ts";
import { aBranch, aCompany } from "../../test/factories.ts";

onEveryDatabase("branches, services and staff as tables", (db) => {
  async function stage() {
    const company = await aCompany(db());
    const client = await aClient(db(), company);
    const send = (path: string, csv: string, more: object = {}) => client.send("POST", path, { csv, ...more });
    const table = async (path: string) => (await client.send("GET", `/${path}/export`)).body as string;
    return { ...company, client, send, table, [Symbol.asyncDispose]: () => client.app.close() };
  }

  test("services come in with their numbers, switches and branches; the same table again changes nothing", async () => {
    await using it = await stage();
    const other = await aBranch(db(), it.caller);
    const csv = `name,branchId,durationMinutes,priceCents,isActive\nCut,${it.branchId},45,3950,TRUE\nCut,${other},60,,false\nWash,,,1000,\n`;
    const dry = await it.send("/services/import", csv, { dryRun: true });
    expect(dry.body).toMatchObject({
      dryRun: true,
      created: 3,
      lines: [{ line: 2, action: "create", id: null }, {}, {}],
    });
    expect((await it.send("/services/import", csv)).body).toMatchObject({ created: 3, changed: 0 });
    const { items } = (await it.client.send("GET", `/services?branchId=${it.branchId}`)).body;
    const cut = { name: "Cut", durationMinutes: 45, priceCents: 3950, isActive: true, branchId: it.branchId };
    expect(items).toEqual([expect.objectContaining(cut)]);
    expect((await it.send("/services/import", csv)).body).toMatchObject({ created: 0, changed: 0, unchanged: 3 });
    const dearer = await it.send("/services/import", csv.replace("3950", "4100"));
    expect(dearer.body).toMatchObject({ changed: 1, unchanged: 2, lines: [{ action: "change" }, {}, {}] });
    const log = await it.client.send("GET", "/audit-log?subjectType=service");
    expect(log.body.items[0]).toMatchObject({
      action: "service.change",
      changes: { priceCents: { from: 3950, to: 4100 } },
    });
    const ambiguous = await it.send("/services/import", "name,priceCents\nCut,1\n");
    expect(ambiguous.body.errors).toMatchObject([
      { pointer: "/csv/2/name", message: expect.stringContaining("several services") },
    ]);
  });

  test("staff come in, known by address, telephone, name or id, and moved to another branch in the same way", async () => {
    await using it = await stage();
    const other = await aBranch(db(), it.caller);
    const csv = `name,branchId,email,phone\nBea,${it.branchId},Bea@example.org,030 1234567\nCem,${it.branchId},cem@example.org,\n`;
    expect((await it.send("/staff/import", csv)).body).toMatchObject({ created: 2 });
    const moved = csv.replace(`Cem,${it.branchId},cem`, `Cem,${other},CEM`);
    expect((await it.send("/staff/import", moved)).body).toMatchObject({ changed: 1, unchanged: 1 });
    const byPhone = `phone,name,branchId\n+49301234567,Beate,${it.branchId}\n`;
    expect((await it.send("/staff/import", byPhone, { matchBy: "phone" })).body).toMatchObject({ changed: 1 });
    const { items } = (await it.client.send("GET", "/staff?limit=100")).body;
    expect(items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: "Beate", email: "Bea@example.org", phone: "+49301234567" }),
        expect.objectContaining({ name: "Cem", email: "CEM@example.org", branchId: other }),
      ]),
    );
  });

  test("mistakes are told by line and column, another company's ids among them, and nothing is taken", async () => {
    await using it = await stage();
    const theirs = await aCompany(db());
    const before = await it.table("services");
    const bad = "name,durationMinutes,priceCents,isActive\nCut,0,x,maybe\nCut,1.5,,\n,30,,\n";
    const refused = await it.send("/services/import", bad);
    expect([refused.status, refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
      422,
      [
        "/csv/2/durationMinutes",
        "/csv/2/priceCents",
        "/csv/2/isActive",
        "/csv/3/durationMinutes",
        "/csv/3/name",
        "/csv/4/name",
      ],
    ]);
    expect(refused.body.errors[0].message).toBe("Line 2, durationMinutes: Must be at least 1.");
    for (const [path, csv, more, pointer] of [
      ["/services/import", `name,branchId\nOk,\nCut,${theirs.branchId}\n`, {}, "/csv/3/branchId"],
      ["/services/import", `id,name\n${theirs.serviceId},Cut\n`, { matchBy: "id" }, "/csv/2/id"],
      ["/staff/import", `id,name,branchId\n${theirs.staffId},Bea,${it.branchId}\n`, { matchBy: "id" }, "/csv/2/id"],
      ["/staff/import", `id,name,branchId\n7,Bea,${it.branchId}\n`, { matchBy: "id" }, "/csv/2/id"],
      ["/staff/import", "name,email\nBea,bea@example.org\n", {}, "/csv/2/branchId"],
      ["/branches/import", "name,timezone\nMitte,Mars/Olympus\n", {}, "/csv/2/timezone"],
      ["/branches/import", "name,businessHour\nMitte,x\n", {}, "/csv"],
      ["/services/import", "name\nCut\n", { matchBy: "email" }, "/matchBy"],
    ] as const) {
      const { status, body } = await it.send(path, csv, more);
      expect([status, body.errors?.[0]?.pointer], JSON.stringify(body)).toEqual([422, pointer]);
    }
    expect(await it.table("services")).toBe(before);
  });

  test("what was exported, formulas too, comes in again and changes not a byte, and makes the same in another place", async () => {
    await using it = await stage();
    await it.send(
      "/branches/import",
      'name,timezone,notificationEmail\n"\'=1+1, ""Mitte""",Europe/Vienna,m@example.org\n-2,,\n',
    );
    await it.send("/services/import", `name,branchId,priceCents\n'''=cmd|x,${it.branchId},\n @x,,0\n`);
    await it.send("/staff/import", `name,branchId,email,phone\n+1,${it.branchId},a@example.org,+49301234567\n`);
    const services = await it.table("services");
    expect(services).toContain("'''=cmd|x");
    for (const [path, count] of [
      ["branches", 3],
      ["services", 3],
      ["staff", 2],
    ] as const) {
      const exported = await it.table(path);
      const again = await it.send(`/${path}/import`, exported, { matchBy: "id" });
      expect(again.body, path).toMatchObject({ created: 0, changed: 0, unchanged: count });
      expect(await it.table(path)).toBe(exported);
    }
    await using elsewhere = await stage();
    // By name: the ids of another company are passed over.
    const copied = await elsewhere.send("/branches/import", await it.table("branches"));
    expect(copied.body).toMatchObject({ created: 2, unchanged: 1 });
    const rows = (text: string) =>
      text
        .split("\r\n")
        .slice(1)
        .map((line) => line.split(",").slice(1, -2).join(","));
    expect(rows(await elsewhere.table("branches"))).toEqual(rows(await it.table("branches")));
  });

  test("two imports at once make nothing twice", async () => {
    await using it = await stage();
    const many = `name,durationMinutes\n${Array.from({ length: 30 }, (_, n) => `Cut ${n},30\n`).join("")}`;
    const both = await Promise.all([1, 2].map(() => it.send("/services/import", many)));
    expect(both.map(({ body }) => body.created).sort()).toEqual([0, 30]);
  });

  test("who may not change the directory imports nothing, and who reads it may take it away", async () => {
    await using it = await stage();
    await using reader = await aClient(db(), it, ["policies:read"]);
    for (const path of ["/branches", "/services", "/staff"]) {
      expect((await reader.send("POST", `${path}/import`, { csv: "name\nx\n" })).status, path).toBe(403);
      expect((await reader.send("GET", `${path}/export`)).headers["content-type"], path).toContain("text/csv");
    }
  });
});
