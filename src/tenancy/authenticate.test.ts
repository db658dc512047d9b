import { expect, test, vi } from "vitest";
import { onEveryDatabase } from "../../test/databases.ts";
import { plusMilliseconds } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import type { Db } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { Refusal } from "../errors.ts";
import { issueApiKey, listApiKeys, revokeApiKey } from "./api-keys.ts";
import { authenticator } from "./authenticate.ts";
import { aCompanyWithKey } from "./testing.ts";

const hour = 3_600_000;

async function changeCompany(db: Db, id: number, values: { is_active?: boolean; deleted_at?: never }): Promise<void> {
  await transaction(db, (tx) =>
    acrossCompanies(tx).updateTable("companies").set(values).where("id", "=", id).execute(),
  );
}

onEveryDatabase("authenticating", (db) => {
  const neverFails = (error: unknown) => {
    throw error;
  };
  const ask = async (key: string) => {
    const keys = authenticator(db(), neverFails);
    return keys.authenticate(`Bearer ${key}`).finally(keys.settled);
  };
  const refused = expect.objectContaining({ code: "unauthenticated", message: expect.stringContaining("Bearer fd_") });

  test("a key stands for its company, itself and its scopes", async () => {
    const { companyId, keyId, key } = await aCompanyWithKey(db(), ["policies:read", "settings:read"]);

    expect(await ask(key)).toEqual({
      companyId,
      actor: { type: "api_key", id: String(keyId) },
      permissions: new Set(["policies:read", "settings:read"]),
    });
  });

  test("an unknown key, one that begins as a real one does and a revoked one are refused as slowly", async () => {
    const { companyId, keyId, key } = await aCompanyWithKey(db());
    await revokeApiKey(db(), { companyId }, keyId);
    const { key: real } = await aCompanyWithKey(db());
    const last = real.endsWith("A") ? "B" : "A";
    const guesses = {
      unknown: `fd_00000000_${"x".repeat(43)}`,
      alike: real.slice(0, -1) + last,
      revoked: key,
    };
    const keys = authenticator(db(), neverFails);
    const times: Record<string, number[]> = { unknown: [], alike: [], revoked: [] };
    for (let round = 0; round < 61; round++) {
      for (const [kind, guess] of Object.entries(guesses)) {
        const from = performance.now();
        await expect(keys.authenticate(`Bearer ${guess}`)).rejects.toEqual(refused);
        times[kind]?.push(performance.now() - from);
      }
    }
    const median = (kind: string) => times[kind]?.sort((a, b) => a - b)[30] ?? Number.NaN;
    for (const kind of ["alike", "revoked"]) {
      expect(median(kind) / median("unknown"), kind).toBeGreaterThan(0.4);
      expect(median(kind) / median("unknown"), kind).toBeLessThan(2.5);
    }
  });

  test("a revoked key is refused", async () => {
    const { companyId, keyId, key } = await aCompanyWithKey(db());
    await revokeApiKey(db(), { companyId }, keyId);
    await revokeApiKey(db(), { companyId }, keyId);
    const lines = await db().of({ companyId }).selectFrom("audit_log").select(["action", "subject_id"]).execute();
    expect(lines.filter(({ action }) => action === "apiKey.revoked")).toEqual([
      { action: "apiKey.revoked", subject_id: String(keyId) },
    ]);

    await expect(ask(key)).rejects.toEqual(refused);
  });

  test("a key that is revoked while others come with it is refused to all who come from then on", async () => {
    const { companyId, keyId, key } = await aCompanyWithKey(db());
    const keys = authenticator(db(), neverFails);
    let isRevoked = false;
    let refusals = 0;
    const comeAgain = async () => {
      for (let times = 0; times < 30 && refusals < 20; times++) {
        const cameAfter = isRevoked;
        const isIn = await keys.authenticate(`Bearer ${key}`).then(
          () => true,
          () => false,
        );
        if (cameAfter) expect(isIn).toBe(false);
        if (!isIn) refusals++;
      }
    };
    const all = Promise.all(Array.from({ length: 10 }, comeAgain));
    await revokeApiKey(db(), { companyId }, keyId);
    isRevoked = true;
    await all;
    expect(refusals).toBeGreaterThanOrEqual(20);
    await keys.settled();
  });

  test("a key is refused from the instant at which it expires", async () => {
    const { companyId } = await aCompanyWithKey(db());
    const expiresAt = plusMilliseconds(db().clock.now(), hour);
    const { key } = await issueApiKey(db(), { companyId }, { name: "short", scopes: ["policies:read"], expiresAt });

    db().clock.advance(hour - 1);
    expect(await ask(key)).toMatchObject({ companyId });
    db().clock.advance(1);
    await expect(ask(key)).rejects.toEqual(refused);
  });

  test("a key of a company that is closed is refused, and works again when it reopens", async () => {
    const { companyId, key } = await aCompanyWithKey(db());

    await changeCompany(db(), companyId, { is_active: false });
    await expect(ask(key)).rejects.toEqual(refused);
    await changeCompany(db(), companyId, { is_active: true });
    expect(await ask(key)).toMatchObject({ companyId });
  });

  test("a key of a deleted company is refused; another company's is not touched by that", async () => {
    const [deleted, other] = [await aCompanyWithKey(db()), await aCompanyWithKey(db())];
    await changeCompany(db(), deleted.companyId, { deleted_at: db().clock.now() as never });

    await expect(ask(deleted.key)).rejects.toEqual(refused);
    expect(await ask(other.key)).toMatchObject({ companyId: other.companyId });
  });

  test("an unknown key and a header that holds none are refused in the same words", async () => {
    const { key } = await aCompanyWithKey(db());
    const unknown = `${key.slice(0, -1)}${key.endsWith("A") ? "B" : "A"}`;
    const { authenticate } = authenticator(db(), neverFails);

    const headers = [
      undefined,
      "",
      "Bearer",
      `Bearer ${unknown}`,
      `Basic ${key}`,
      key,
      `Bearer ${key} x`,
      "Bearer ' or 1=1",
    ];
    const errors = await Promise.all(headers.map((header) => authenticate(header).catch((error: Refusal) => error)));

    for (const error of errors) expect(error).toBeInstanceOf(Refusal);
    expect(new Set(errors.map((error) => (error as Refusal).message)).size).toBe(1);
  });

  test("the key itself is stored nowhere, its last use is, to the minute", async () => {
    const { companyId, key } = await aCompanyWithKey(db());
    const keys = authenticator(db(), neverFails);
    const lastUse = async () => (await listApiKeys(db(), { companyId }))[0]?.lastUsedAt?.epochMilliseconds;
    const use = async () => {
      await keys.authenticate(`Bearer ${key}`);
      await keys.settled();
    };
    const start = db().clock.now().epochMilliseconds;

    expect(await lastUse()).toBeUndefined();
    await use();
    db().clock.advance(59_999);
    await use();
    expect(await lastUse()).toBe(start);
    db().clock.advance(1);
    await use();
    expect(await lastUse()).toBe(start + 60_000);

    expect(JSON.stringify(await acrossCompanies(db()).selectFrom("api_keys").selectAll().execute())).not.toContain(key);
  });

  test("a use that cannot be noted is reported and holds nobody up", async () => {
    const { companyId, key } = await aCompanyWithKey(db());
    const onError = vi.fn();
    const failing: Db = { ...db(), beforeCommit: () => Promise.reject(new Error("disk full")) };
    const keys = authenticator(failing, onError);

    expect(await keys.authenticate(`Bearer ${key}`)).toMatchObject({ companyId });
    await keys.settled();

    expect(onError).toHaveBeenCalledOnce();
  });

  test.each([
    [{ name: " " }, "/name"],
    [{ name: "x".repeat(101) }, "/name"],
    [{ scopes: [] }, "/scopes"],
    [{ scopes: ["everything"] as never }, "/scopes"],
  ])("a key that could not be used is not made: %j", async (overrides, pointer) => {
    const { companyId } = await aCompanyWithKey(db());
    const request = { name: "n", scopes: ["policies:read"] as const, expiresAt: null, ...overrides };

    await expect(issueApiKey(db(), { companyId }, request)).rejects.toMatchObject({ fields: [{ pointer }] });
  });

  test("another company's key cannot be revoked or listed", async () => {
    const [one, other] = [await aCompanyWithKey(db()), await aCompanyWithKey(db())];

    await expect(revokeApiKey(db(), one, other.keyId)).rejects.toMatchObject({ code: "notFound" });

    expect((await listApiKeys(db(), one)).map(({ id }) => id)).toEqual([one.keyId]);
    expect(await ask(other.key)).toMatchObject({ companyId: other.companyId });
  });
});
