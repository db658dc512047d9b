import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { buildApp } from "../app.ts";
import { instantOf } from "../clock.ts";
import { currentTime } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { Refusal } from "../errors.ts";
import { sha256 } from "../ids.ts";
import { aCompanyWithKey, addService, countServices, postThing, thingsRoute, type Work } from "../tenancy/testing.ts";
import { deleteExpiredIdempotencyKeysAcrossCompanies } from "./idempotency.ts";
import { findKey, insertClaim, type KeyRow, takeOverClaim } from "./idempotency-store.ts";

const hour = 3_600_000;
const racer = new URL("./idempotency-racer.ts", import.meta.url).pathname;

onEveryDatabase("an idempotency key", (db) => {
  async function aServer(work: Work = addService) {
    const company = await aCompanyWithKey(db());
    const app = await buildApp({ db: db(), routes: [thingsRoute(work)] });
    onTestFinished(() => app.close());
    const post = (key: string, payload: unknown) =>
      postThing(app, { ...company.headers, "idempotency-key": key }, payload);
    return { company, app, post, count: () => countServices(db(), company) };
  }

  /** Work that waits where it is told to, so that a test can do something meanwhile. */
  function held() {
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const work: Work = async (...args) => {
      begin();
      await released;
      return addService(...args);
    };
    return { work, begun, release };
  }

  test("gives a repetition the first reply, to the byte, and does the work once", async () => {
    const { post, count } = await aServer();

    const first = await post("k", { name: "Cut", size: 1 });
    const second = await post("k", { size: 1, name: "Cut" });

    expect(first).toMatchObject({ status: 201, body: { name: "Cut" } });
    expect(first.headers).not.toHaveProperty("idempotency-replayed");
    expect(second).toMatchObject({ status: 201, text: first.text });
    expect(second.headers).toMatchObject({ "idempotency-replayed": "true", etag: first.headers.etag });
    expect(await count()).toBe(1);
  });

  test("belongs to its first request: another body is 422", async () => {
    const { post, count } = await aServer();

    await post("k", { name: "Cut" });

    expect(await post("k", { name: "Colour" })).toMatchObject({ status: 422, body: { code: "idempotencyKeyReused" } });
    expect(await count()).toBe(1);
  });

  test("belongs to its company: another company's like it is another key", async () => {
    const [one, other] = [await aServer(), await aServer()];

    await one.post("k", { name: "Cut" });

    expect(await other.post("k", { name: "Colour" })).toMatchObject({ status: 201 });
  });

  test("is 409 while its first request runs", async () => {
    const { work, begun, release } = held();
    const { post, count } = await aServer(work);

    const first = post("k", { name: "Cut" });
    await begun;
    expect(await post("k", { name: "Cut" })).toMatchObject({ status: 409, body: { code: "idempotencyKeyInFlight" } });

    release();
    expect(await first).toMatchObject({ status: 201 });
    expect(await post("k", { name: "Cut" })).toMatchObject({ status: 201 });
    expect(await count()).toBe(1);
  });

  test("is taken over after its lease, and the slow first request changes nothing any more", async () => {
    const { work, begun, release } = held();
    let calls = 0;
    const { post, count } = await aServer((...args) => (calls++ === 0 ? work(...args) : addService(...args)));

    const slow = post("k", { name: "Cut" });
    await begun;
    db().clock.advance(29_999);
    expect(await post("k", { name: "Cut" })).toMatchObject({ status: 409 });
    db().clock.advance(1);
    const second = await post("k", { name: "Cut" });
    release();

    expect(second).toMatchObject({ status: 201 });
    expect(await slow).toMatchObject({ status: 409, body: { code: "idempotencyKeyInFlight" } });
    expect(await count()).toBe(1);
    expect(await post("k", { name: "Cut" })).toMatchObject({ status: 201, text: second.text });
  });

  test("that its owner left behind is taken over by one of those who saw it so", async () => {
    const { company } = await aServer();
    const now = await currentTime(db());
    const claimOf = (owner: string) => ({ keyHash: sha256("k"), requestHash: sha256("r"), owner });
    await transaction(db(), (tx) => insertClaim(tx, company, claimOf("dead"), now));
    const seen = await findKey(db(), company, sha256("k"));
    const take = (owner: string) =>
      transaction(db(), (tx) => takeOverClaim(tx, company, seen as KeyRow, claimOf(owner), now));

    expect([await take("one"), await take("other")]).toEqual([true, false]);
  });

  test("does the work after all when the first request's process died before its commit", async () => {
    const { company, post, count } = await aServer();
    const now = await currentTime(db());
    const body = { name: "Cut" };
    const requestHash = sha256(JSON.stringify(["POST", "/api/v1/things", "api_key", String(company.keyId), body]));
    const claim = { keyHash: sha256("k"), requestHash, owner: "0b5e7a52-6a0e-4a53-9d0c-2f9d1f6f6c1b" };
    await transaction(db(), (tx) => insertClaim(tx, company, claim, now));

    expect(await post("k", body)).toMatchObject({ status: 409 });
    db().clock.advance(30_000);

    expect(await post("k", body)).toMatchObject({ status: 201 });
    expect(await count()).toBe(1);
  });

  test("replays the reply when the first request died between its commit and its answer", async () => {
    const { post, count } = await aServer(async (...args) => {
      await addService(...args);
      throw new Error("died");
    });

    expect(await post("k", { name: "Cut" })).toMatchObject({ status: 500 });

    const second = await post("k", { name: "Cut" });
    expect(second).toMatchObject({ status: 201, body: { name: "Cut" } });
    expect(second.headers).toMatchObject({ "idempotency-replayed": "true" });
    expect(await count()).toBe(1);
  });

  test("keeps a refusal as the reply, and nothing of its work", async () => {
    let calls = 0;
    const { post, count } = await aServer((of, caller, name) =>
      transaction(of, async (tx) => {
        calls++;
        await tx.of(caller).insertInto("services").values({ name }).execute();
        throw new Refusal("conflict", "It is over.");
      }),
    );

    const first = await post("k", { name: "Cut" });
    const second = await post("k", { name: "Cut" });

    expect(first).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(second).toMatchObject({ status: 409, text: first.text });
    expect(second.headers["content-type"]).toContain("application/problem+json");
    expect([calls, await count()]).toEqual([1, 0]);
  });

  test("keeps a denial together with what was recorded of it", async () => {
    const { post, count } = await aServer();

    const first = await post("k", { name: "no way" });

    expect(first).toMatchObject({ status: 409, body: { code: "quota", name: "no way" } });
    expect(await post("k", { name: "no way" })).toMatchObject({ status: 409, text: first.text });
    expect(await count()).toBe(1);
  });

  test("is free again after an error of ours", async () => {
    let calls = 0;
    const { post, count } = await aServer((...args) => {
      if (calls++ === 0) throw new Error("a bug");
      return addService(...args);
    });

    expect(await post("k", { name: "Cut" })).toMatchObject({ status: 500 });
    expect(await post("k", { name: "Cut" })).toMatchObject({ status: 201 });
    expect(await count()).toBe(1);
  });

  test("is not used up by a request that did not fit the schema", async () => {
    const { post } = await aServer();

    expect(await post("k", { nme: "Cut" })).toMatchObject({ status: 422, body: { code: "validationFailed" } });
    expect(await post("k", { name: "Cut" })).toMatchObject({ status: 201 });
  });

  test("holds for work without a transaction too", async () => {
    let calls = 0;
    const { post } = await aServer(async (_db, _caller, name) => ({ id: ++calls, name }));

    const [first, second] = [await post("k", { name: "Cut" }), await post("k", { name: "Cut" })];

    expect(second.text).toBe(first.text);
    expect(calls).toBe(1);
  });

  test("lets one of many simultaneous requests do the work", async () => {
    const { post, count } = await aServer();

    const replies = await Promise.all(Array.from({ length: 12 }, () => post("k", { name: "Cut" })));

    expect(await count()).toBe(1);
    expect(new Set(replies.map(({ status }) => status)).isSubsetOf(new Set([201, 409]))).toBe(true);
    expect(new Set(replies.filter(({ status }) => status === 201).map(({ text }) => text)).size).toBe(1);
  });

  test("lets one of several processes do the work, and gives all of them the one reply", async () => {
    const { company, count } = await aServer();
    const keys = Array.from({ length: 40 }, (_, index) => `race-${index}`);
    const race = () => promisify(execFile)(process.execPath, [racer, db().url, String(company.companyId), "", ...keys]);

    const outputs = await Promise.all([race(), race(), race()]);

    expect(await count()).toBe(40);
    const answers = outputs.flatMap(({ stdout }) => stdout.trim().split("\n"));
    expect(answers).toHaveLength(120);
    expect(new Set(answers.filter((line) => !line.endsWith("idempotencyKeyInFlight"))).size).toBe(40);
  });

  test("outlives a process that is killed inside its transaction", async () => {
    const { company, count } = await aServer();
    const args = [racer, db().url, String(company.companyId)];
    const killed = spawn(process.execPath, [...args, "hang", "k"], { stdio: ["ignore", "pipe", "inherit"] });
    await once(killed.stdout, "data");
    killed.kill("SIGKILL");
    await once(killed, "exit");

    const { stdout } = await promisify(execFile)(process.execPath, [...args, "", "k"]);
    expect(stdout).toBe("k idempotencyKeyInFlight\n");
    expect(await count()).toBe(0);

    await transaction(db(), (tx) =>
      tx
        .of(company)
        .updateTable("idempotency_keys")
        .set({ lease_until: instantOf(0) })
        .execute(),
    );
    expect((await promisify(execFile)(process.execPath, [...args, "", "k"])).stdout).toMatch(/^k \d+\n$/);
    expect(await count()).toBe(1);
  });

  test("is forgotten after 24 hours, and then removed by the chore", async () => {
    const { post, count } = await aServer();
    await post("k", { name: "Cut" });
    await post("other", { name: "Cut" });

    db().clock.advance(24 * hour - 1);
    expect((await post("k", { name: "Cut" })).headers).toHaveProperty("idempotency-replayed");
    db().clock.advance(1);
    expect((await post("k", { name: "Cut" })).headers).not.toHaveProperty("idempotency-replayed");

    expect(await count()).toBe(3);
    expect(await deleteExpiredIdempotencyKeysAcrossCompanies(db(), db().clock.now())).toBeGreaterThanOrEqual(1);
    expect(await deleteExpiredIdempotencyKeysAcrossCompanies(db(), db().clock.now())).toBe(0);
    expect((await post("k", { name: "Cut" })).headers).toHaveProperty("idempotency-replayed");
  });

  test("could not keep the reply of a POST that its transaction does not return: that fails without a key too", async () => {
    const { app, company, count } = await aServer(async (of, caller, name) => {
      await transaction(of, (tx) => tx.of(caller).insertInto("services").values({ name }).execute());
      return { id: 1, name };
    });

    expect(await postThing(app, company.headers, { name: "Cut" })).toMatchObject({ status: 500 });
    expect(await count()).toBe(0);
  });

  test.each(["", "x".repeat(256), "tab\there", "ümlaut"])("must be 1 to 255 printable characters: %j", async (key) => {
    const { post } = await aServer();

    const { status, body } = await post(key, { name: "Cut" });

    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ pointer: "headers/idempotency-key" }]);
  });
});
