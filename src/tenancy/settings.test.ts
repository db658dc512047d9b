import { expect, test } from "vitest";
import { aClient } from "../../test/client.ts";
import { onEveryDatabase } from "../../test/databases.ts";
import { aCompany } from "../../test/factories.ts";

onEveryDatabase("a company's settings", (db) => {
  test("are the defaults until somebody changes them, and only its own", async () => {
    const [company, other] = [await aCompany(db()), await aCompany(db())];
    await using client = await aClient(db(), company);
    await using stranger = await aClient(db(), other);
    expect(await client.send("GET", "/settings")).toMatchObject({
      headers: { etag: '"0"' },
      body: { policyBasis: "booking", version: 0 },
    });
    const changed = await client.send("PATCH", "/settings", { policyBasis: "now" }, { "if-match": '"0"' });
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: { policyBasis: "now" } });
    expect((await client.send("GET", "/settings")).body).toMatchObject({ policyBasis: "now", version: 1 });
    expect((await stranger.send("GET", "/settings")).body).toMatchObject({ policyBasis: "booking" });
    const events = await db().of(company.caller).selectFrom("domain_events").select("type").execute();
    expect(events).toEqual([{ type: "settings.changed" }]);
  });

  test("are not overwritten by who read an older version, by an unknown word or without the permission", async () => {
    const company = await aCompany(db());
    await using client = await aClient(db(), company);
    await client.send("PATCH", "/settings", { policyBasis: "now" });
    const change = (body: object, headers = {}) => client.send("PATCH", "/settings", body, headers);
    expect((await change({ policyBasis: "booking" }, { "if-match": '"0"' })).status).toBe(412);
    expect((await change({ policyBasis: "booking" }, { "if-match": "0" })).status).toBe(422);
    expect(await change({ policyBasis: "never" })).toMatchObject({ body: { errors: [{ pointer: "/policyBasis" }] } });
    expect((await change({ policyBasis: "now", colour: "red" })).status).toBe(422);
    await using reader = await aClient(db(), company, ["settings:read"]);
    expect((await reader.send("PATCH", "/settings", { policyBasis: "booking" })).status).toBe(403);
    expect((await client.send("GET", "/settings")).body).toMatchObject({ policyBasis: "now", version: 1 });
  });
});
