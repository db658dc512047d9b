import { expect, test } from "vitest";
import { aClient } from "../../test/client.ts";
import { onEveryDatabase } from "../../test/databases.ts";
import { aBranch, aCompany, aPolicy, aService, aStaffMember } from "../../test/factories.ts";
import type { Db } from "../db/connect.ts";
import type { Tenant } from "../tenant.ts";
import { effectiveTree, type TreeNode } from "./tree.ts";

onEveryDatabase("what applies at every place", (db) => {
  async function stage() {
    const company = await aCompany(db());
    const { caller, branchId, serviceId, staffId } = company;
    const second = await aBranch(db(), caller);
    const people = [staffId, await aStaffMember(db(), caller, { branchId: second })];
    const ofBranch = await aService(db(), caller);
    await db().of(caller).updateTable("services").set({ branch_id: second }).where("id", "=", ofBranch).execute();
    const top = await aPolicy(db(), company, "cancellation", { minNoticeHours: 24, requireReason: true });
    const at = (level: "branch" | "service" | "staff", targetId: string | number) => ({ level, targetId }) as const;
    await aPolicy(db(), company, "cancellation", { minNoticeHours: 12 }, at("branch", second));
    const overridesId = top;
    await aPolicy(db(), company, "cancellation", { feeWhen: "always" }, { ...at("service", ofBranch), overridesId });
    await aPolicy(db(), company, "cancellation", { maxPer30Days: 3 }, { ...at("staff", staffId), isOverride: false });
    return { company, branches: [branchId, second], services: [serviceId, ofBranch], people };
  }

  test("is, node by node, what is said of each place alone, with where it comes from", async () => {
    const { company, branches, services, people } = await stage();
    await using client = await aClient(db(), company);
    const { body } = await client.send("GET", "/policies/effective-tree?policyType=cancellation");
    expect(body.nodes).toHaveLength(1 + branches.length + services.length + people.length);
    for (const { chain, values, provenance } of body.nodes as TreeNode[]) {
      const places = chain.filter(({ level }) => level !== "company").map(({ level, id }) => `&${level}Id=${id}`);
      const alone = await client.send("GET", `/policies/effective?policyType=cancellation${places.join("")}`);
      expect({ chain, values, provenance }).toEqual({
        chain: alone.body.chain,
        values: alone.body.values,
        provenance: alone.body.provenance,
      });
    }
    const nodeOf = (id: string | number) => body.nodes.find((node: TreeNode) => node.id === String(id));
    expect(nodeOf(services[1] as number)).toMatchObject({
      name: "Cut",
      values: { minNoticeHours: 24, feeWhen: "always", requireReason: true },
      provenance: { minNoticeHours: { level: "company" }, feeWhen: { level: "service" } },
    });
    expect(nodeOf(people[1] as string)).toMatchObject({
      values: { minNoticeHours: 12 },
      provenance: {
        minNoticeHours: { level: "branch", shadows: [{ level: "company", value: 24 }, { level: "system" }] },
      },
    });
  });

  test("can be asked for below one place, and as it was", async () => {
    const { company, branches, services, people } = await stage();
    await using client = await aClient(db(), company);
    const before = new Date(db().clock.now().epochMilliseconds).toISOString();
    db().clock.advance(60_000);
    const ids = async (query: string) => {
      const { body } = await client.send("GET", `/policies/effective-tree?policyType=cancellation&${query}`);
      return body.nodes.map(({ id }: TreeNode) => id);
    };
    expect(await ids(`level=branch&targetId=${branches[1]}`)).toEqual([branches[1], String(services[1]), people[1]]);
    expect(await ids(`level=staff&targetId=${people[0]}`)).toEqual([people[0]]);
    expect(await ids(`level=company&targetId=${company.companyId}`)).toHaveLength(7);

    const [top] = (await client.send("GET", "/policies?level=company")).body.items;
    await client.send("PATCH", `/policies/${top.id}`, { config: { minNoticeHours: 48 } });
    const noticeOf = async (query: string) => {
      const { body } = await client.send("GET", `/policies/effective-tree?policyType=cancellation${query}`);
      return body.nodes[0].values.minNoticeHours;
    };
    expect([await noticeOf(""), await noticeOf(`&asOf=${before}`)]).toEqual([48, 24]);
  });

  test("is of this company only: another's place is none, as one that there is not", async () => {
    const { company } = await stage();
    const other = await stage();
    await using client = await aClient(db(), company);
    const ask = (query: string) => client.send("GET", `/policies/effective-tree?policyType=cancellation&${query}`);
    const messages = [];
    for (const id of [other.branches[0], "00000000-0000-4000-8000-000000000000"]) {
      const reply = await ask(`level=branch&targetId=${id}`);
      expect(reply).toMatchObject({ status: 422, body: { errors: [{ pointer: "query/targetId" }] } });
      messages.push(reply.body.errors[0].message);
    }
    expect(messages[0]).toBe(messages[1]);
    expect((await ask(`level=company&targetId=${other.company.companyId}`)).status).toBe(422);
    expect((await ask("level=branch")).status).toBe(422);
    expect(JSON.stringify((await ask("level=company")).body)).not.toContain(other.branches[1] as string);
  });

  test("takes as many statements for a hundred places as for seven", async () => {
    const { company, branches } = await stage();
    const few = await statementsOf(db(), company);
    for (let n = 0; n < 100; n++) await aStaffMember(db(), company.caller, { branchId: branches[n % 2] as string });
    const many = await statementsOf(db(), company);
    expect([few.nodes, many.nodes]).toEqual([7, 107]);
    expect(many.statements).toBe(few.statements);
    expect(few.statements).toBe(5);
  });

  async function statementsOf(counted: Db, tenant: Tenant) {
    let statements = 0;
    const of: Db["of"] = (whose) =>
      new Proxy(counted.of(whose), {
        get(target, name) {
          if (name === "selectFrom") statements++;
          const value = Reflect.get(target, name);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    const root = { level: "company", targetId: undefined } as const;
    const { nodes } = await effectiveTree({ ...counted, of }, tenant, "cancellation", root, null);
    return { statements, nodes: nodes.length };
  }
});
