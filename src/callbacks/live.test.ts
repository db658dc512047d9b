import { afterEach, expect, test, vi } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { type ACompany, aBranch, aCompany, aStaffMember } from "../../test/factories.ts";
import { buildApp } from "../app.ts";
import { currentTime } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { followEvents } from "../events/follow.ts";
import { emit } from "../events/outbox.ts";
import { tailEvents } from "../events/tail.ts";
import { createGate } from "../gate.ts";
import { issueApiKey } from "../tenancy/api-keys.ts";
import type { Permission, Reach } from "../tenant.ts";
import { assignCallback } from "./assign.ts";
import { callbackChanges } from "./live.ts";
import { openCallback } from "./open.ts";
import { acknowledgeCallback } from "./work.ts";

onEveryDatabase("the live stream of callbacks", (db, engine) => {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  async function server() {
    const gate = createGate();
    const app = await buildApp({ db: db(), gate });
    ends.push(() => app.close());
    return { app, gate, url: await app.listen({ port: 0 }) };
  }

  async function follow(url: string, company: ACompany, headers = {}, scopes: Permission[] = ["callbacks:read"]) {
    const { key } = await issueApiKey(db(), company.caller, { name: "k", scopes, expiresAt: null });
    const gone = new AbortController();
    ends.unshift(async () => gone.abort());
    const response = await fetch(`${url}/api/v1/callbacks/stream`, {
      headers: { authorization: `Bearer ${key}`, ...headers },
      signal: gone.signal,
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const until = async (what: string | RegExp) => {
      while (!text.match(what)) {
        const { done, value } = (await reader?.read()) ?? { done: true };
        if (done) throw new Error(`The stream ended: ${text}`);
        text += value;
      }
      return text;
    };
    return { response, until, leave: () => gone.abort() };
  }

  let numbers = 0;
  const open = ({ caller, branchId }: ACompany) =>
    openCallback(db(), caller, {
      branchId,
      phoneNumber: `+4930555${20_000 + numbers++}`,
      customerName: "Petra",
      preferredWindow: null,
      priority: "normal",
      notes: null,
      decisionId: null,
    });

  test("tells the company's changes and no other's, and goes on where it was left", async () => {
    const [company, theirs] = [await aCompany(db()), await aCompany(db())];
    const { url } = await server();
    const before = await open(company);
    const first = await follow(url, company);
    expect(first.response.headers.get("content-type")).toContain("text/event-stream");
    await first.until("retry");
    const [other, mine] = [await open(theirs), await open(company)];
    const text = await first.until("callback.assigned");
    expect(text).toContain(`"callbackId":${mine.id}`);
    expect(text).not.toContain(`"callbackId":${other.id},`);
    expect(text).not.toContain(`"callbackId":${before.id},`);
    first.leave();

    await acknowledgeCallback(db(), company.caller, mine.id);
    const lastEventId = [...text.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1] ?? "";
    const second = await follow(url, company, { "last-event-id": lastEventId });
    expect(await second.until("callback.acknowledged")).toContain(`"callbackId":${mine.id}`);
  });

  test("tells a person what they reach, and who had a callback that it went to somebody else", async () => {
    const company = await aCompany(db());
    const { caller, branchId, staffId } = company;
    const elsewhere = { ...company, branchId: await aBranch(db(), caller) };
    const other = await open(elsewhere);
    const mine = await open(company);
    const colleague = await aStaffMember(db(), caller, { branchId });
    await assignCallback(db(), caller, mine.id, { action: "reassign", staffId: colleague });
    await acknowledgeCallback(db(), caller, mine.id);
    const gone = new AbortController();
    const told = async (reach: Reach, count: number) => {
      const items: string[] = [];
      const context = { db: db(), caller: { ...caller, reach }, lastEventId: "0", signal: gone.signal };
      for await (const item of callbackChanges(context)) {
        if (item !== "stillHere") items.push(`${item.event} ${(item.data as { callbackId: number }).callbackId}`);
        if (items.length === count) break;
      }
      return items;
    };
    expect(await told({ branches: [elsewhere.branchId], staff: [] }, 1)).toEqual([`callback.created ${other.id}`]);
    const [assigned, acknowledged] = [`callback.assigned ${mine.id}`, `callback.acknowledged ${mine.id}`];
    expect(await told({ branches: [], staff: [staffId] }, 2)).toEqual([assigned, assigned]);
    expect(await told({ branches: [], staff: [colleague] }, 2)).toEqual([assigned, acknowledged]);
    gone.abort();
  });

  test("is refused without the permission, and ends when the server does", async () => {
    const company = await aCompany(db());
    const { app, url } = await server();
    const refused = await follow(url, company, {}, ["policies:read"]);
    expect(refused.response.status).toBe(403);
    const { until } = await follow(url, company);
    await until("retry");
    const ended = until("never").catch(() => "ended");
    await app.close();
    expect(await ended).toBe("ended");
  });

  test("ends when maintenance begins, so that nobody waits for it, and comes back afterwards", async () => {
    const company = await aCompany(db());
    const { gate, url } = await server();
    const { until } = await follow(url, company);
    await until("retry");
    expect(gate.atWork()).toBe(1);
    gate.set({ code: "maintenance", message: "new tables", retryAfterSeconds: 1, allowTokenHash: null });
    expect(await until("never").catch(() => "ended")).toBe("ended");
    await vi.waitFor(() => expect(gate.atWork()).toBe(0));
    expect((await follow(url, company)).response.status).toBe(503);
    gate.set(null);
    await (await follow(url, company)).until("retry");
  });

  test("however many follow a company, the database is asked for one", async () => {
    const company = await aCompany(db());
    const gone = new AbortController();
    const asked = vi.spyOn(db(), "of");
    const options = { prefix: "callback.", after: null, quietMilliseconds: 60_000, signal: gone.signal };
    const followers = Array.from({ length: 50 }, () => followEvents(db(), company.caller, options));
    const heard = followers.map((follower) => follower.next());
    await vi.waitFor(() => expect(asked.mock.calls.length).toBeGreaterThanOrEqual(2));
    const { id } = await open(company);
    const first = (await Promise.all(heard)).map(({ value }) => value?.event);
    expect(new Set(first.map((event) => `${event?.type} ${event?.subjectId}`))).toEqual(
      new Set([`callback.created ${id}`]),
    );
    expect(asked.mock.calls.length).toBeLessThan(20);
    gone.abort();
    const left = await Promise.all(followers.map((follower) => follower.return(undefined)));
    expect(left.every(({ done }) => done)).toBe(true);
    asked.mockRestore();
  });

  // One file is written by one transaction at a time.
  if (engine !== "sqlite") {
    test("tells an event that was committed after one with a higher id", async () => {
      const company = await aCompany(db());
      const tail = await tailEvents(db(), company.caller, { prefix: "callback.", after: null });
      const tell = async (callbackId: number, whileOpen = async () => {}) =>
        transaction(db(), async (tx) => {
          const { branchId, caller } = company;
          const rest = { customerId: null, assignedTo: null, priority: "normal", expiresAt: "", actor: caller.actor };
          await emit(tx, caller, { type: "callback.created", callbackId, branchId, ...rest }, await currentTime(tx));
          await whileOpen();
        });
      const heard: string[][] = [];
      const listen = async () => void heard.push((await tail.next()).map(({ subjectId }) => subjectId));
      await tell(1, async () => {
        await tell(2);
        await listen();
      });
      await listen();
      await listen();
      expect(heard).toEqual([["2"], ["1"], []]);
      db().clock.advance(31_000);
      await tail.next();
      expect(
        await (await tailEvents(db(), company.caller, { prefix: "callback.", after: tail.mark() })).next(),
      ).toEqual([]);
    });
  }
});
